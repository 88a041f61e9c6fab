import { MEMBERSHIPS } from '../core/recording';

/** Allowed values of each choice; the first is the default. */
export const CHOICES = {
  axis: ['layer', 'neuron'],
  extent: ['fit', 'full'],
  opacity: ['linear', 'sqrt', 'log'],
  scale: ['row', 'layer'],
  membership: MEMBERSHIPS,
  hidden: ['dim', 'collapse'],
  classesAs: ['overlay', 'lanes'],
  zeros: ['apart', 'binned'],
  rowHeight: ['normal', 'compact', 'roomy'],
  scroll: ['own', 'together']
} as const;

/** Fields that take one value of a list. */
export type Choices = {
  readonly [K in keyof typeof CHOICES]: (typeof CHOICES)[K][number];
};
