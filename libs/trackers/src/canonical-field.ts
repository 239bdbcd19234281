/**
 * The fields of an install postback, in their order in a URL. The table of fields in src/fields/install-fields.ts must have the
 * same names: test/canonical-field.spec.ts compares them.
 */
export const CANONICAL_FIELDS = [
  'event_name',
  'id',
  'install_timestamp',
  'click_timestamp',
  'publisher_name',
  'campaign_name',
  'campaign_id',
  'country_code',
  's_publisher_name',
  's_publisher',
  's_campaign_name',
  's_campaign',
  's_site_name',
  's_site',
  's_adgroup_name',
  's_adgroup',
  's_ad_name',
  's_ad',
  's_keyword_name',
  's_placement_name',
  'device_model',
  'device_brand',
  'cost',
  'ios_ifa',
  'ios_ifv',
  'google_aid',
  'windows_aid',
  'os_id',
  'user_id',
] as const;

export type CanonicalField = (typeof CANONICAL_FIELDS)[number];

/** A postback must contain at least one of these. */
export const IDENTIFIERS = [
  'ios_ifa',
  'ios_ifv',
  'google_aid',
  'windows_aid',
  'os_id',
  'user_id',
] as const satisfies readonly CanonicalField[];
