import { generator } from '../../core/random';
import type {
  AttackGoal,
  AttackOutcome,
  Picture,
  PixelAttack
} from '../engine';
import { colorsOf, type Attacked } from './attacked';
import { Trials, type Edit, type Listener } from './trials';

/** How far a step goes, drawn anew for each generation. */
const SCALE = [0.5, 1] as const;

/**
 * Some pixels are changed (Su, Vargas, Sakurai: One pixel attack for fooling deep neural networks, 2019): differential
 * evolution as `scipy.optimize.differential_evolution` does it with best1bin, recombination 1 and one update a
 * generation, from a Latin hypercube.
 */
export async function attackPixels(
  attacked: Attacked,
  original: Uint8Array,
  order: AttackGoal & PixelAttack,
  listener: Listener
): Promise<AttackOutcome> {
  const { count, population: size, generations, seed } = order;
  const { picture } = attacked;
  const random = generator(seed);
  const trials = new Trials(attacked, original, order, generations, listener);
  const costsOf = (members: readonly Member[]) =>
    trials.costs(members.map(member => editOf(member, picture)));
  await trials.start();
  let population = spread(size, count * (2 + colorsOf(picture)), random);
  const costs = await costsOf(population);
  while (trials.step < generations && !trials.isOver) {
    const next = offspring(population, costs, random);
    const nextCosts = await costsOf(next);
    population = population.map((member, i) =>
      nextCosts[i] <= costs[i] ? next[i] : member
    );
    nextCosts.forEach((cost, i) => (costs[i] = Math.min(cost, costs[i])));
    trials.step += trials.isOver ? 0 : 1;
  }
  trials.report();
  return trials.outcome(null);
}

/** Numbers from 0 up to 1: of each pixel its row, its column and its colour. */
type Member = Float64Array;
type Random = () => number;

/** So that each number of the members is spread evenly: a Latin hypercube. */
function spread(size: number, length: number, random: Random): Member[] {
  const members = Array.from({ length: size }, () => new Float64Array(length));
  for (let at = 0; at < length; at++) {
    const places = [...members.keys()];
    for (const [i, member] of members.entries()) {
      const chosen = i + Math.floor(random() * (size - i));
      [places[i], places[chosen]] = [places[chosen], places[i]];
      member[at] = (places[i] + random()) / size;
    }
  }
  return members;
}

/** A rival for each member: the best one, and a step between two others. */
function offspring(
  population: readonly Member[],
  costs: Float64Array,
  random: Random
): Member[] {
  const best =
    population[costs.indexOf(costs.reduce((a, b) => Math.min(a, b)))];
  const scale = SCALE[0] + (SCALE[1] - SCALE[0]) * random();
  return population.map((_, i) => {
    const [a, b] = two(population.length, i, random);
    return best.map((value, at) => {
      const moved = value + scale * (population[a][at] - population[b][at]);
      return moved >= 0 && moved < 1 ? moved : random();
    });
  });
}

/** Two different members that are not this one. */
function two(
  size: number,
  except: number,
  random: Random
): [a: number, b: number] {
  const a = Math.floor(random() * (size - 1));
  const b = Math.floor(random() * (size - 2));
  const [low, high] = a <= b ? [a, b + 1] : [b, a];
  const past = (place: number) => place + (place >= except ? 1 : 0);
  return a <= b ? [past(low), past(high)] : [past(high), past(low)];
}

function editOf(member: Member, picture: Picture): Edit {
  const each = 2 + colorsOf(picture);
  const pixels: number[] = [];
  const colors: number[] = [];
  for (let at = 0; at < member.length; at += each) {
    const row = Math.floor(member[at] * picture.height);
    const column = Math.floor(member[at + 1] * picture.width);
    pixels.push(row * picture.width + column);
    for (const value of member.subarray(at + 2, at + each)) {
      colors.push(Math.floor(value * 256));
    }
  }
  return { pixels, colors };
}
