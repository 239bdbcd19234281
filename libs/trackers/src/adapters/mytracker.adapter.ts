import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

export const mytracker: TrackerAdapter = {
  name: 'mytracker',
  title: 'MyTracker',
  documentation: 'https://docs.tracker.my.com/en/tracking/postbacks/parameters',
  facts: {
    transport:
      'One URL template per event. The method is not documented; the examples are GETs.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Unix seconds.',
    missing: 'Not documented.',
    installId:
      'None is documented. Retries are recognised by all fields together.',
  },
  gotchas: [
    'Set up the postback for the event install. A reinstall is another event.',
    'Send attributed installs only: the value of mt_network for other installs is not documented, and an install without it is rejected.',
    'mt_network, mt_campaign, mt_adset and mt_creative are SubID parameters: the tracking link must contain them. Their macros with braces are an assumption: check the first postback.',
    'Macros that mix the identifiers of two platforms are not read: use the macros of each platform.',
    'No click time, country, device or cost is documented; mt_payment_sum_src is revenue.',
  ],
  macro: braces,
  fields: {
    install_timestamp: 'mt_event_ts',
    publisher_name: 'mt_network',
    campaign_name: 'mt_campaign',
    s_adgroup_name: 'mt_adset',
    s_ad_name: 'mt_creative',
    ios_ifa: 'mt_idfa',
    ios_ifv: 'mt_idfv',
    google_aid: { from: ['mt_gaid', 'mt_gaid_lc'], macro: 'mt_gaid' },
    windows_aid: 'mt_waid',
    os_id: {
      from: ['mt_android_id', 'mt_oaid', 'mt_app_set_id'],
      macro: 'mt_android_id',
    },
  },
  message: {
    pushed: false,
    installs: [{ name: 'event_name', is: ['install'], absent: 'holds' }],
    example: {
      event_name: 'install',
      mt_event_ts: '1505486690',
      mt_network: 'Network1',
      mt_campaign: 'spring',
      mt_adset: 'set A',
      mt_creative: 'beach',
      mt_gaid: '38400000-8CF0-11BD-B23E-10B96E40000D',
      mt_android_id: '96c504a0a4f0bb19',
    },
  },
};
