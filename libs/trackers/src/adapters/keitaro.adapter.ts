import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

export const keitaro: TrackerAdapter = {
  name: 'keitaro',
  title: 'Keitaro',
  documentation:
    'https://docs.keitaro.io/en/campaigns-and-streams/s2s-postback-placeholders.html',
  facts: {
    transport:
      'A GET or a POST by a template, at the statuses of a conversion that its user chooses.',
    retries: 'Not documented; the answer is kept in a log.',
    timeout: 'Not documented.',
    time: 'Of the click only, in the form that its macro asks for: U gives Unix seconds.',
    missing: 'Not documented.',
    installId: '`subid`, which is of the click.',
  },
  gotchas: [
    'It carries no device identifier: user_id comes from external_id, so the link must carry your identifier of the user there.',
    'Send only the status that means an install.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
    'cost is the cost of the click, in the currency of the account: name it in `?fields=`, with the other fields that you want, only if that is US dollars.',
    'No macro gives the time of the install: the time of arrival is stored.',
    'Do not put an underscore in front of a macro: its value would come without encoding.',
    'device_brand is filled in by newer versions only.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'subid' },
    click_timestamp: { macro: 'date:U' },
    publisher_name: { macro: 'traffic_source_name' },
    campaign_name: { macro: 'campaign_name' },
    campaign_id: { macro: 'campaign_id' },
    country_code: { macro: 'country' },
    s_campaign: { macro: 'ad_campaign_id' },
    s_site: { macro: 'source' },
    s_ad: { macro: 'creative_id' },
    s_keyword_name: { macro: 'keyword' },
    device_model: { macro: 'device_model' },
    device_brand: { macro: 'device_brand' },
    cost: { macro: 'cost', optional: true },
    user_id: { macro: 'external_id' },
  },
};
