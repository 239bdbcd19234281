import { ValidateIf } from 'class-validator';

/** Its other rules hold only where it was sent. Unlike `@IsOptional()`, null is no absence. */
export const MayBeAbsent = () =>
  ValidateIf((_: object, value: unknown) => value !== undefined);
