import type { AdaptedPostback } from '../postback/pipeline/postback';
import { repair } from './repair';

const about = (field: string) => ({ field, code: 'required', message: field });

/** A sender that calls the country `geo`, and the cost `price`. */
const sent = {
  fields: new Map([
    ['country_code', ['Peru']],
    ['cost', ['1']],
  ]),
  namesOf: (name: string) =>
    ({ country_code: ['geo'], cost: ['price'] })[name] ?? [],
  warnings: [about('price'), about('other')],
  faults: [about('geo'), about('name')],
} as unknown as AdaptedPostback;

describe('repair', () => {
  it('changes nothing without a repair', () => {
    const same = repair(sent, {});
    expect(same.fields).toEqual(sent.fields);
    expect(same).toMatchObject({
      warnings: sent.warnings,
      faults: sent.faults,
    });
    expect(same.namesOf('cost')).toEqual(['price']);
  });

  it('puts values in place of those that were sent, and takes others away', () => {
    const { fields } = repair(sent, {
      set: { country_code: 'PE', id: '1' },
      unset: ['cost'],
    });
    expect(Object.fromEntries(fields)).toEqual({
      country_code: ['PE'],
      id: ['1'],
    });
    expect(sent.fields.get('cost')).toEqual(['1']);
  });

  it('forgets what was said of the values that are gone, and calls the new ones by our names', () => {
    const { warnings, faults, namesOf } = repair(sent, {
      set: { country_code: 'PE' },
      unset: ['cost'],
    });
    expect(warnings).toEqual([about('other')]);
    expect(faults).toEqual([about('name')]);
    expect(namesOf('country_code')).toEqual(['country_code']);
    expect(namesOf('cost')).toEqual(['cost']);
  });
});
