import type { TrackerAdapter } from '../tracker-adapter';

/** The custom postback. Its macros' names could not be read: the names are those that its partners use. */
export const kochava: TrackerAdapter = {
  name: 'kochava',
  title: 'Kochava',
  documentation:
    'https://support.kochava.com/articles/campaign-management/630-create-a-custom-postback',
  facts: {
    transport:
      'A GET from one URL template per event. A POST exists, but its body is not documented.',
    retries: 'As you choose: none, or up to 10.',
    timeout: 'Not documented.',
    time: 'A date and time of the event; its format is not documented.',
    missing: 'Zeros for an IDFA without consent; otherwise not documented.',
    installId:
      'None is documented. Retries cannot be recognised without a time.',
  },
  gotchas: [
    "Each `__…__` in the URL stands for a macro: replace it with the macro of the same meaning from Kochava's form. A placeholder that you do not replace is rejected or causes a warning.",
    'The format of the time is not documented, so the URL does not contain the time: the time of arrival is stored. If the service can read the format, add install_timestamp to the postback URL.',
    'Without a time, every retry is a new install: choose few retries.',
    'Enable "Supply network data": otherwise Kochava does not send the network, and the install is rejected.',
    'With the delivery "All", Kochava also sends organic installs. What they contain as their network is not documented.',
    'adid is the Google advertising identifier.',
    'No click time, campaign, device, cost or install identifier is documented.',
  ],
  macro: (name) => `__${name}__`,
  fields: {
    publisher_name: 'network_name',
    country_code: 'country',
    s_site: 'site_id',
    s_ad: 'creative_id',
    ios_ifa: 'idfa',
    google_aid: 'adid',
    os_id: 'android_id',
  },
  message: {
    pushed: false,
    installs: [
      { name: 'event_name', is: ['install', '_install'], absent: 'holds' },
    ],
    example: {
      event_name: '_install',
      network_name: 'Network1',
      country: 'US',
      site_id: 'site-7',
      creative_id: 'creative-3',
      adid: '38400000-8cf0-11bd-b23e-10b96e40000d',
      android_id: '96c504a0a4f0bb19',
    },
  },
};
