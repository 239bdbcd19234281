import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/**
 * Caches the metadata of routes, which the guards read on each request and which never changes.
 *
 * Only for the guards that `AppModule` binds with `APP_GUARD`: they run on every postback, and Nest resolves their `Reflector`
 * in that module. Any other module gets Nest's own, whose results may be changed by whoever reads them.
 */
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
