"""Write a recording with all its values to a file and print its path, as JSON.

Usage: python bench/python/raw.py SAMPLESxNEURONSxCLASSES PATH
"""

import json
import sys

from activations import synthetic

import neuraldivergence as nd

if __name__ == "__main__":
    samples, neurons, classes = map(int, sys.argv[1].split("x"))
    values, labels = synthetic(samples, neurons, classes)
    names = [f"class {index}" for index in range(classes)]
    recording = nd.Recording.from_arrays({"dense": values}, labels=labels, class_names=names)
    print(json.dumps(recording.save(sys.argv[2])))
