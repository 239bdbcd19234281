import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The internal BI postback; the macros are those of partner postbacks. */
export const singular: TrackerAdapter = {
  name: 'singular',
  title: 'Singular',
  documentation:
    'https://support.singular.net/hc/en-us/articles/360038040791-Internal-BI-Postbacks',
  facts: {
    transport:
      'The internal BI postback is a POST of flat JSON. Partner postbacks are GETs from a URL template.',
    retries:
      'After every response except 200 (an older document: after a 5xx), five retries: 1, 5, 15, 30 and 60 minutes later.',
    timeout: 'Not documented.',
    time: 'Unix seconds.',
    missing:
      'An empty text, `Unknown`, `Organic` for the site, zeros for an IDFA without consent. A macro of the link that was not set arrives unchanged.',
    installId:
      'None: the click identifier identifies only the click. Retries are recognised by all fields together.',
  },
  gotchas: [
    'Singular sends all messages to one URL. Events with a name other than install, and re-engagements, return `ignored`. The name of a reinstall is not documented: check the first ones.',
    'Do not name one of your own events install.',
    'No cost is documented: amounts in these messages are revenue.',
    'The URL may contain your own parameters; they are not stored.',
  ],
  macro: braces,
  fields: {
    event_name: { from: 'event_name' },
    install_timestamp: {
      from: ['install_utc_timestamp', 'event_utc_timestamp'],
      macro: 'UTC',
    },
    click_timestamp: { from: 'click_utc_timestamp', macro: 'CLICK_UTC' },
    publisher_name: { from: 'network', written: 'the name of the network' },
    campaign_name: {
      from: ['campaign', 'tracker_campaign_name'],
      macro: 'CID',
    },
    campaign_id: { from: 'tracker_campaign_id' },
    country_code: { from: 'country', macro: 'ATTRIBUTION_COUNTRY' },
    s_site_name: { from: 'site' },
    s_site: { from: 'partner_site' },
    s_adgroup_name: { from: 'tracker_sub_campaign_name' },
    s_adgroup: { from: 'tracker_sub_campaign_id' },
    s_ad_name: { from: 'creative' },
    s_ad: { from: 'tracker_creative_id' },
    device_model: { from: 'device_model' },
    device_brand: { from: 'device_brand' },
    ios_ifa: { from: 'idfa', macro: 'IDFA' },
    ios_ifv: { from: 'idfv', macro: 'IDFV' },
    google_aid: { from: 'aifa', macro: 'AIFA' },
    os_id: { from: 'android_id' },
    user_id: { from: ['user_id', 'custom_user_id'] },
  },
  message: {
    pushed: true,
    installs: [
      { name: 'event_name', is: ['install'], exact: true, absent: 'refused' },
      { name: 'is_reengagement', is: ['0', 'false'], absent: 'holds' },
    ],
    nothing: {
      s_site_name: ['Unknown', 'Organic'],
      s_site: ['Unknown', 'Organic'],
    },
    example: {
      event_name: 'install',
      app_name: 'Example',
      platform: 'Android',
      event_utc_timestamp: 1714979289,
      install_utc_timestamp: 1714979289,
      click_utc_timestamp: 1714978200,
      network: 'AppLovin',
      campaign: 'LATAM_Purchases',
      tracker_campaign_name: 'LATAM_Purchases',
      tracker_campaign_id: '778',
      tracker_sub_campaign_name: 'set A',
      tracker_sub_campaign_id: '12',
      partner_site: 'com.pub.app',
      site: 'com.pub.app',
      country: 'BR',
      device_brand: 'samsung',
      device_model: 'SM-A127F',
      aifa: '38400000-8cf0-11bd-b23e-10b96e40000d',
      is_organic: 0,
      is_reengagement: 0,
      user_id: 'u-1001',
    },
  },
};
