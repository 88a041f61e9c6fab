import { rowFor } from './graphKeys';
import { Room } from './room';

describe('Keys', () => {
  it.each([
    ['ArrowDown', 4, 5],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 0, 0],
    ['PageDown', 1, 5],
    ['PageUp', 2, 0],
    ['Home', 7, 0],
    ['End', 7, 9],
    ['x', 7, null]
  ])('%s from row %i goes to %j', (key, active, row) => {
    expect(rowFor(key, active, 9, 4)).toBe(row);
  });

  it('still move by one where a page is smaller than a row', () => {
    expect(rowFor('PageDown', 0, 9, -2)).toBe(1);
  });
});

describe('Room', () => {
  it('is looked at once more after it changed, and not again', () => {
    const room = new Room();
    expect(room.shouldLookAgain(400, 300)).toBe(true);
    expect(room.shouldLookAgain(400, 300)).toBe(false);
    expect(room.shouldLookAgain(420, 300)).toBe(true);
    expect(room.shouldLookAgain(420, 300)).toBe(false);
  });

  it('is looked for a second when there is none, and then left to observers', () => {
    const room = new Room();
    let looks = 0;
    while (room.shouldLookAgain(0, 0)) {
      looks += 1;
    }
    expect(looks).toBe(60);
    expect(room.shouldLookAgain(400, 300)).toBe(true);
  });
});
