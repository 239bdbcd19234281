import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** One level of `Network::Campaign::Adgroup::Creative`, which may arrive percent-encoded a second time. */
const levelOf = (level: number) => (names: string) =>
  (names.includes('::') ? names : decoded(names)).split('::')[level] ||
  undefined;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const adjust: TrackerAdapter = {
  name: 'adjust',
  title: 'Adjust',
  documentation: 'https://help.adjust.com/en/article/callbacks',
  facts: {
    transport:
      'A GET from a URL template, for one activity or (global callback) for all activities.',
    retries:
      'After a 5xx or no response, six retries within 24 hours. A 4xx is final. Redirects are not followed.',
    timeout: 'Not documented.',
    time: 'Unix seconds.',
    missing: 'The parameter is missing or empty.',
    installId:
      '`adid`: it identifies the device (32 hex digits) and is in all of its activities.',
  },
  gotchas: [
    'Leave activity_kind in the URL, and check that Adjust fills it in. It prevents sessions, reinstalls and later costs from being stored as installs.',
    'A cost may arrive days later, as a separate activity that returns `ignored`.',
    "A cost is stored only if cost_currency is USD and cost_type is cpi. Use the URL for Adjust's own messages: costs are read only there.",
    'Adjust appends the parameters of its SDK to the URL, so you can send user_id in this way. If an appended parameter has the name of another parameter but a different value, the message is rejected.',
    "For a global callback, use the URL for Adjust's own messages. The other URL returns 400, not `ignored`, for messages that are not installs.",
    'The host must be a name, not an IP address.',
  ],
  macro: braces,
  fields: {
    event_name: 'activity_kind',
    id: 'adid',
    install_timestamp: 'installed_at',
    click_timestamp: {
      from: ['click_time', 'engagement_time'],
      macro: 'click_time',
    },
    publisher_name: {
      from: ['network_name', ...chain(0)],
      macro: 'network_name',
    },
    campaign_name: {
      from: ['campaign_name', ...chain(1)],
      macro: 'campaign_name',
    },
    country_code: 'country',
    s_adgroup_name: {
      from: ['adgroup_name', ...chain(2)],
      macro: 'adgroup_name',
    },
    s_ad_name: {
      from: ['creative_name', ...chain(3)],
      macro: 'creative_name',
    },
    s_keyword_name: {
      from: ['search_term', 'iad_keyword'],
      macro: 'search_term',
    },
    device_model: {
      from: ['device_name', 'hardware_name'],
      macro: 'device_name',
    },
    device_brand: 'device_manufacturer',
    ios_ifa: 'idfa',
    ios_ifv: 'idfv',
    google_aid: 'gps_adid',
    os_id: 'android_id',
    user_id: { from: 'user_id' },
  },
  message: {
    pushed: false,
    installs: [
      {
        name: ['activity_kind', 'event_name'],
        is: ['install'],
        absent: 'refused',
      },
    ],
    costs: [
      {
        amount: 'cost_amount',
        currency: 'cost_currency',
        paidFor: { name: 'cost_type', install: 'cpi' },
      },
    ],
    example: {
      activity_kind: 'install',
      installed_at: '1404214634',
      network_name: 'Network1',
      campaign_name: 'Christmas',
      adid: '18546f6171f67e29d1cb983322ad1329',
      gps_adid: '38400000-8cf0-11bd-b23e-10b96e40000d',
      cost_amount: '4.99',
      cost_currency: 'eur',
      cost_type: 'cpi',
    },
  },
};

/** The fields that contain the names of all levels. Returns the sources of one level. */
function chain(level: number) {
  return ['tracker_name', 'link_name'].map((name) => ({
    name,
    part: levelOf(level),
  }));
}
