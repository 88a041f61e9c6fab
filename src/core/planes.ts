/**
 * The bytes of one row of a table [rows, …, bytes of an element], from all of its bytes in the order of the
 * reversed dimensions: planes of bytes, in which what is alike stands side by side.
 */
export function rowOfPlanes(
  planes: Uint8Array,
  shape: readonly number[],
  row: number
): Uint8Array {
  const steps = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const bytes = new Uint8Array(steps[0]);
  let next = row;
  function put(axis: number, at: number): void {
    const end = at + shape[axis] * steps[axis];
    for (let to = at; to < end; to += steps[axis]) {
      if (axis > 1) {
        put(axis - 1, to);
      } else {
        bytes[to] = planes[next];
        next += shape[0];
      }
    }
  }
  put(shape.length - 1, 0);
  return bytes;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
