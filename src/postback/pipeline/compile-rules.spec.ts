import {
  IsOptional,
  Validate,
  ValidateBy,
  ValidateNested,
  validateSync,
  type ValidationArguments,
  ValidatorConstraint,
} from 'class-validator';
import * as fc from 'fast-check';
import { JsonObject } from '@app/reading';
import { INSTALL_FIELDS } from '../../fields/install-fields';
import { CONFLICT, UNDECODABLE } from '../../fields/unreadable';
import { compileRules } from './compile-rules';
import { InstallPostbackDto } from './install-postback.dto';

const keepsRules = compileRules(InstallPostbackDto);

const arrival = new Date('2026-11-23T12:00:00Z');

/** What a field may hold when it is validated: a valid value, one that cannot be read, or one of the wrong type. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 250, maxLength: 1_100 }),
  fc.constantFrom('US', 'UK', 'install', 'open', CONFLICT, UNDECODABLE, true),
  fc.uuid(),
  fc.date({ noInvalidDate: true }),
  fc.date({
    min: new Date('2008-07-09T00:00:00Z'),
    max: new Date('2026-11-26T00:00:00Z'),
    noInvalidDate: true,
  }),
  fc.double({ min: 0, max: 2_000_000, noNaN: true }),
  fc.constant([]),
  fc.constant(new JsonObject([])),
);

const postback = fc
  .record(Object.fromEntries(INSTALL_FIELDS.map(({ name }) => [name, value])))
  .map((fields) =>
    Object.assign(new InstallPostbackDto(), fields, { received_at: arrival }),
  );

/** One random field at a time: with more, some fault is nearly always present, and hides a missing one. */
const almostValid = fc
  .tuple(fc.constantFrom(...INSTALL_FIELDS), value)
  .map(([{ name }, sent]) =>
    Object.assign(new InstallPostbackDto(), {
      received_at: arrival,
      publisher_name: 'P',
      user_id: 'u',
      [name]: sent,
    }),
  );

describe('the compiled rules of a postback', () => {
  it.each([
    ['with any values in all fields', postback],
    ['with any value in one field', almostValid],
  ])('agree with validateSync about a postback %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (dto) => {
        expect(keepsRules(dto)).toBe(validateSync(dto).length === 0);
      }),
      { numRuns: 300 },
    );
  });

  it('accept a valid postback', () => {
    const valid = Object.assign(new InstallPostbackDto(), {
      received_at: arrival,
      publisher_name: 'P',
      user_id: 'u',
    });
    expect(keepsRules(valid)).toBe(true);
  });
});

describe('compileRules', () => {
  it('passes a rule the same arguments as class-validator', () => {
    const validate = jest.fn(
      (_value: unknown, _args?: ValidationArguments) => true,
    );
    class Dto {
      @ValidateBy({ name: 'rule', constraints: [], validator: { validate } })
      value = 1;
    }
    const dto = new Dto();
    validateSync(dto);
    compileRules(Dto)(dto);
    const [explained, compiled] = validate.mock.calls;
    expect(compiled).toEqual(explained);
  });

  it.each([
    [undefined, true],
    [1, false],
  ])(
    'skips the rules of an optional property without a value: %p',
    (sent, isValid) => {
      class Dto {
        @IsOptional()
        @ValidateBy({ name: 'rule', validator: { validate: () => false } })
        value?: number;
      }
      const dto = Object.assign(new Dto(), { value: sent });
      expect(compileRules(Dto)(dto)).toBe(isValid);
    },
  );

  it.each([
    [3, true],
    [4, false],
  ])('calls a rule as a method of its instance: %d', (sent, isValid) => {
    @ValidatorConstraint()
    class IsAtMostThree {
      readonly max = 3;
      validate(number: number): boolean {
        return number <= this.max;
      }
    }
    class Dto {
      @Validate(IsAtMostThree)
      value: number;
    }
    const dto = Object.assign(new Dto(), { value: sent });
    expect(compileRules(Dto)(dto)).toBe(isValid);
  });

  const rule = { name: 'rule', validator: { validate: () => true } };
  it.each<[string, PropertyDecorator]>([
    ['for each item', ValidateBy(rule, { each: true })],
    ['under a condition', ValidateBy(rule, { validateIf: () => true })],
    ['with constraints', ValidateBy({ ...rule, constraints: [1] })],
    ['of another kind', ValidateNested()],
  ])('throws for a rule %s, which it does not support', (_, decorate) => {
    class Dto {
      value: unknown;
    }
    decorate(Dto.prototype, 'value');
    expect(() => compileRules(Dto)).toThrow(
      'Cannot compile the rules of value',
    );
  });
});
