import { CONFLICT, UNDECODABLE } from '../../fields/unreadable';
import { ProblemException } from '../../problems/problem.exception';
import { InstallPostbackDto } from './install-postback.dto';
import type { DraftPostback } from './postback';
import { ValidatePipe } from './validate.pipe';

const ARRIVAL = new Date('2026-11-23T12:00:00Z');

/** A valid postback with changes. */
function newPostback(fields: object, envelope: object = {}): DraftPostback {
  return {
    tracker: 'custom',
    namesOf: (field: string) => [field],
    faults: [],
    install: Object.assign(new InstallPostbackDto(), {
      received_at: ARRIVAL,
      publisher_name: 'P',
      user_id: 'u',
      ...fields,
    }),
    warnings: [],
    ...envelope,
  } as unknown as DraftPostback;
}

function refusalOf(postback: DraftPostback): ProblemException {
  try {
    new ValidatePipe().transform(postback);
  } catch (error) {
    return error as ProblemException;
  }
  throw new Error('The postback was accepted');
}

const faultsOf = (postback: DraftPostback) =>
  refusalOf(postback).errors?.map(({ field, code }) => `${field}: ${code}`);

const warningOf = (field: string, message: string) => ({
  field,
  code: 'placeholder_value',
  message,
});

describe('ValidatePipe', () => {
  it('returns a valid postback unchanged', () => {
    const postback = newPostback({});
    expect(new ValidatePipe().transform(postback)).toBe(postback);
  });

  it('reports all faults together', () => {
    const refusal = refusalOf(newPostback({ cost: '1,5', event_name: 'open' }));
    expect(refusal).toBeInstanceOf(ProblemException);
    expect(refusal).toMatchObject({
      code: 'invalid_postback',
      detail:
        'Nothing was stored. Correct these fields and send the postback again: event_name, cost.',
      errors: [
        {
          field: 'event_name',
          code: 'not_an_install',
          message:
            'event_name must be install or absent. Send only installs to this endpoint',
        },
        {
          field: 'cost',
          code: 'invalid_number',
          message: expect.stringMatching(/^cost must be a decimal [^.]*0\.12$/),
        },
      ],
    });
  });

  it('does not repeat the value that was sent', () => {
    const secret = newPostback({ country_code: 'secret' });
    expect(JSON.stringify(refusalOf(secret))).not.toContain('secret');
  });

  it.each([
    ['invalid_encoding', { campaign_name: UNDECODABLE }],
    ['invalid_encoding', { campaign_name: UNDECODABLE, s_ad: UNDECODABLE }],
    ['invalid_postback', { campaign_name: CONFLICT }],
    ['invalid_postback', { campaign_name: UNDECODABLE, s_ad: CONFLICT }],
  ])('is %s for %p', (code, fields) => {
    expect(refusalOf(newPostback(fields)).code).toBe(code);
  });

  it.each([
    [
      'the field',
      { publisher_name: undefined },
      'publisher_name',
      'publisher_name is required. said why',
    ],
    [
      'an identifier',
      { user_id: undefined },
      'google_aid',
      'Send at least one of ios_ifa, ios_ifv, os_id, google_aid, windows_aid, user_id. said why',
    ],
  ])('reports why %s was read as not sent', (_, fields, field, message) => {
    const warnings = [
      warningOf('s_ad', 'of another field'),
      warningOf(field, 'said why'),
    ];
    const { errors } = refusalOf(newPostback(fields, { warnings }));
    expect(errors).toEqual([expect.objectContaining({ message })]);
  });

  describe('for a tracker with its own names', () => {
    const OWN: Record<string, string[]> = {
      ios_ifa: ['idfa'],
      google_aid: ['gaid', 'aaid'],
      windows_aid: [],
    };
    const namesOf = (field: string) => OWN[field] ?? [field];

    it('names a field in the words of the sender, with the canonical name', () => {
      const { errors } = refusalOf(newPostback({ ios_ifa: 'x' }, { namesOf }));
      expect(errors).toEqual([
        {
          field: 'idfa',
          code: 'invalid_uuid',
          message: expect.stringMatching(
            /^idfa \(our ios_ifa\) must be a UUID/,
          ),
        },
      ]);
    });

    it('lists the identifiers by those names', () => {
      const { errors } = refusalOf(
        newPostback({ user_id: undefined }, { namesOf }),
      );
      expect(errors).toMatchObject([
        {
          field: 'identifiers',
          message:
            'Send at least one of idfa (our ios_ifa), ios_ifv, os_id, gaid or aaid (our google_aid), user_id',
        },
      ]);
    });

    it('reports why a value under such a name was read as not sent', () => {
      const { errors } = refusalOf(
        newPostback(
          { user_id: undefined },
          { namesOf, warnings: [warningOf('gaid', 'said why')] },
        ),
      );
      expect(errors![0].message).toMatch(/said why$/);
    });

    it('reports faults of the whole message together with those of fields', () => {
      const fault = { field: 'kind', code: 'required', message: 'kind!' };
      expect(
        faultsOf(newPostback({ ios_ifa: 'x' }, { namesOf, faults: [fault] })),
      ).toEqual(['kind: required', 'idfa: invalid_uuid']);
      expect(faultsOf(newPostback({}, { faults: [fault] }))).toEqual([
        'kind: required',
      ]);
    });
  });
});
