import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The postback to a traffic source. */
export const binom: TrackerAdapter = {
  name: 'binom',
  title: 'Binom',
  documentation: 'https://docs.binom.org/conv-to-source.php',
  facts: {
    transport:
      'A URL by a template, for a traffic source or for one campaign; the method is not documented.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Of the click only; its form is not documented.',
    missing: 'Not documented.',
    installId: '`clickid`, which is of the click.',
  },
  gotchas: [
    'It carries no device identifier: user_id comes from externalid, so the link must carry your identifier of the user there.',
    'With a postback in the traffic source and another in the campaign both are sent.',
    'No macro gives the time of the install: the time of arrival is stored. time is of the click, and left out, because its form is not documented.',
    'clickcost is the cost of the click, in the currency of the account: name it in `?fields=`, with the other fields that you want, only if that is US dollars.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
    'The macro for the country is not known.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'clickid' },
    publisher_name: { macro: 'trafficsource_name' },
    campaign_name: { macro: 'campaign_name' },
    campaign_id: { macro: 'campaign' },
    device_model: { macro: 'device_model' },
    device_brand: { macro: 'device_brand' },
    cost: { macro: 'clickcost', optional: true },
    user_id: { macro: 'externalid' },
  },
};
