import type { TrackerAdapter } from '../tracker-adapter';

/** Server-to-server callbacks. The table of macros could not be read. */
export const tenjin: TrackerAdapter = {
  name: 'tenjin',
  title: 'Tenjin',
  documentation: 'https://docs.tenjin.com/docs/callback-macros',
  facts: {
    transport: 'A GET from one URL template per app and event.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Not documented.',
    missing: 'Not documented.',
    installId:
      'None is documented. Retries cannot be recognised without a time.',
  },
  gotchas: [
    'One macro contains the identifier of both platforms: create one callback for Android with google_aid, and one for iOS with ios_ifa instead.',
    'No macro for the network is documented: write publisher_name into the URL.',
    'No macro for times, campaigns, countries or a cost is documented. Check the list in Tenjin, and add the macros that it has to the postback URL.',
    'Without a time, the time of arrival is stored, and every retry is a new install.',
  ],
  macro: (name) => `{{${name}}}`,
  fields: {
    publisher_name: { written: 'the name of the partner' },
    ios_ifa: { from: 'ios_ifa', macro: 'advertising_id', optional: true },
    google_aid: { from: 'google_aid', macro: 'advertising_id' },
  },
  message: {
    pushed: false,
    installs: [{ name: 'event_name', is: ['install'], absent: 'holds' }],
    example: {
      event_name: 'install',
      publisher_name: 'Network1',
      google_aid: '38400000-8cf0-11bd-b23e-10b96e40000d',
    },
  },
};
