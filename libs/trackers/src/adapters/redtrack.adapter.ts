import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The postback to a traffic channel. */
export const redtrack: TrackerAdapter = {
  name: 'redtrack',
  title: 'RedTrack',
  documentation:
    'https://help.redtrack.io/knowledgebase/kb/basic-setup-9785/supported-dynamic-parameters/',
  facts: {
    transport:
      'A URL template in the settings of a traffic channel. The method is not documented.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Not documented.',
    missing: 'Not documented.',
    installId: '`clickid`, which identifies the click.',
  },
  gotchas: [
    'RedTrack sends no device identifier: user_id is read from sub2, so the tracking link must contain your user identifier there. If another sub parameter contains it, change the number.',
    'No macro for the name of the channel is documented: write publisher_name into the postback of each channel.',
    's_publisher is read from sub1. If your channel has its sub-publisher there, add s_publisher to `?fields=`, with the other fields that you need.',
    'No macro for a time, a campaign or a cost is documented: the time of arrival is stored.',
    'Check that RedTrack fills in {clickid} where you paste the URL. Otherwise each postback gets a warning, and retries are not recognised.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'clickid' },
    publisher_name: { written: 'the name of the partner' },
    country_code: { macro: 'country' },
    s_publisher: { macro: 'sub1', optional: true },
    user_id: { macro: 'sub2' },
  },
};
