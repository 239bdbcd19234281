import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** Reads what a decorator has set only once: it never changes, and the guards ask for the same on each request. */
@Injectable()
export class MemoReflector extends Reflector {
  private readonly known = new WeakMap<object, Map<unknown, unknown>>();

  override get(key: unknown, target: object): never {
    let ofTarget = this.known.get(target);
    if (!ofTarget) this.known.set(target, (ofTarget = new Map()));
    if (!ofTarget.has(key)) {
      ofTarget.set(key, super.get(key as string, target as never));
    }
    return ofTarget.get(key) as never;
  }
}
