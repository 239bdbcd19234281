import type { TrackerAdapter } from '../tracker-adapter';

/** The custom postback. Its macros' names could not be read: the names are those that its partners use. */
export const kochava: TrackerAdapter = {
  name: 'kochava',
  title: 'Kochava',
  documentation:
    'https://support.kochava.com/articles/campaign-management/630-create-a-custom-postback',
  facts: {
    transport:
      'One URL per event by a template, as a GET; a POST exists, but its body is not documented.',
    retries: 'As its user chooses: none, or up to 10.',
    timeout: 'Not documented.',
    time: 'A date and time of the event; its form is not documented.',
    missing: 'Zeros for an IDFA without consent; else not documented.',
    installId:
      'None is documented. Retries cannot be recognised without a time.',
  },
  gotchas: [
    "Each `__…__` of the URL stands for a macro: replace it by the one of that meaning from Kochava's form. A placeholder that is left is rejected or causes a warning.",
    'The form of the time is not documented, so none is asked for: the time of arrival is stored. If it turns out to be readable, add install_timestamp to the URL for canonical fields.',
    'Without a time every retry is a new install: choose few retries.',
    'Have "Supply network data" on, otherwise the network is not sent and the install is rejected.',
    'With the delivery "All" organic installs come too; how they name their network is not documented.',
    'adid is the Google identifier.',
    'No click time, campaign, device, cost or identifier of an install is documented.',
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
