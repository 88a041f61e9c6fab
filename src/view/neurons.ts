/** Some neurons of a layer, by index in the data. Never changes. */
export type Neurons = Iterable<number> & {
  readonly size: number;
  has(neuron: number): boolean;
};

/** Fewer are copied faster one by one. */
const FEW = 256;

/** The same neurons without this one, or with it when it was not among them. */
export function flipped(neurons: Neurons, neuron: number): Neurons {
  if (neurons instanceof ManyNeurons) {
    return neurons.flipped(neuron);
  }
  if (neurons.size > FEW) {
    return ManyNeurons.from(neurons).flipped(neuron);
  }
  const next = new Set(neurons);
  if (!next.delete(neuron)) {
    next.add(neuron);
  }
  return next;
}

/** In ascending order. */
export function sortedNeurons(neurons: Neurons): number[] {
  return Array.from(Uint32Array.from(neurons).sort());
}

/** A bit a neuron, so that a hundred thousand are copied, and kept in a history, as 16 kB. */
class ManyNeurons implements Neurons {
  static from(neurons: Neurons): ManyNeurons {
    let largest = 0;
    for (const neuron of neurons) {
      largest = Math.max(largest, neuron);
    }
    const bits = new Uint32Array((largest >>> 5) + 1);
    for (const neuron of neurons) {
      bits[neuron >>> 5] |= 1 << (neuron & 31);
    }
    return new ManyNeurons(bits, neurons.size);
  }

  private constructor(
    private readonly bits: Uint32Array,
    readonly size: number
  ) {}

  has(neuron: number): boolean {
    return (this.bits[neuron >>> 5] & (1 << (neuron & 31))) !== 0;
  }

  flipped(neuron: number): ManyNeurons {
    const length = Math.max(this.bits.length, (neuron >>> 5) + 1);
    const bits = new Uint32Array(length);
    bits.set(this.bits);
    bits[neuron >>> 5] ^= 1 << (neuron & 31);
    return new ManyNeurons(bits, this.size + (this.has(neuron) ? -1 : 1));
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let neuron = 0; neuron < 32 * this.bits.length; neuron++) {
      if (this.has(neuron)) {
        yield neuron;
      }
    }
  }
}
