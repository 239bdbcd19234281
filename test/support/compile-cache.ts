import { resolve } from 'node:path';

/** Lets processes that tests start share compiled code, so that they start sooner. */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: resolve('data/compile-cache'),
};
