import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isNetwork } from './network';

/** An IP address, or a network in CIDR form. */
export const IsNetwork = (options: ValidationOptions) =>
  ValidateBy(
    {
      name: 'isNetwork',
      validator: {
        validate: (value) => typeof value === 'string' && isNetwork(value),
      },
    },
    options,
  );
