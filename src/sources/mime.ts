/** Keys of a recording in a MIME bundle. */
export const DESCRIPTOR_TYPE = 'application/vnd.neuraldivergence.v1+json';
export const DATA_TYPE = 'application/vnd.neuraldivergence.v1.data';
