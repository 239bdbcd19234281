import {
  CountryField,
  DeviceIdField,
  EventField,
  KeyTextField,
  TextField,
  TimeField,
  UsdField,
} from './field.decorators';
import { fieldsOf } from './field-registry';

/**
 * The fields of an install. Reading, rules, documentation, database columns, the fingerprint and the comparison of
 * duplicates follow from this class. Only `libs/trackers` lists the names again, because it stands alone.
 */
export class InstallFields {
  @TimeField({
    description: 'Install time',
    sending:
      '`2019-01-02 18:01:23` (no zone means UTC), with `T`, up to six decimals and an offset if you like, or Unix seconds or milliseconds. From 2008-07-10 to 24 hours from now. Default: event time, the moment the request arrived',
    example: '2019-01-02 18:01:23',
  })
  install_timestamp?: Date;

  @TimeField({
    description: 'Click time',
    sending: 'The same forms and limits. Default: `install_timestamp`',
    example: '2019-01-02 18:01:01',
  })
  click_timestamp?: Date;

  @TextField({ required: true, description: 'Source', example: 'Publisher' })
  publisher_name: string;

  @TextField({ description: 'Campaign', example: 'Campaign' })
  campaign_name?: string;

  @TextField({ description: 'Campaign identifier', example: 'c-1001' })
  campaign_id?: string;

  @CountryField({
    description: 'Country, ISO 3166-1 alpha-2',
    sending: 'Any letter case. `UK` is read as `GB`',
    example: 'US',
  })
  country_code?: string;

  @TextField({ description: 'Sub-publisher', example: 'Sub-publisher' })
  s_publisher_name?: string;

  @TextField({ description: 'Sub-publisher identifier', example: 'sp-7' })
  s_publisher?: string;

  @TextField({
    description: 'Sub-campaign',
    example: 'Advertising campaign name',
  })
  s_campaign_name?: string;

  @TextField({ description: 'Sub-campaign identifier', example: 'sc-7' })
  s_campaign?: string;

  @TextField({ description: 'Sub-site', example: 'Advertisement site' })
  s_site_name?: string;

  @TextField({ description: 'Sub-site identifier', example: 'ss-7' })
  s_site?: string;

  @TextField({ description: 'Sub-ad group', example: 'Ad group' })
  s_adgroup_name?: string;

  @TextField({ description: 'Sub-ad group identifier', example: 'sg-7' })
  s_adgroup?: string;

  @TextField({ description: 'Sub-ad', example: 'Ad' })
  s_ad_name?: string;

  @TextField({ description: 'Sub-ad identifier', example: 'sa-7' })
  s_ad?: string;

  @TextField({ description: 'Keyword', example: 'puzzle game' })
  s_keyword_name?: string;

  @TextField({ description: 'Placement', example: 'Feed' })
  s_placement_name?: string;

  @TextField({ description: 'Device model', example: 'Pixel 4' })
  device_model?: string;

  @TextField({ description: 'Device brand', example: 'Google' })
  device_brand?: string;

  @EventField({
    description: 'The event',
    sending: 'A fixed value: if sent, `install` in any letter case',
    example: 'install',
  })
  event_name?: string;

  @UsdField({
    description: 'Cost per install (CPI) in US dollars',
    sending:
      'A decimal number from 0 to 999999.999999, stored with six decimals',
    example: 0.12,
  })
  cost?: number;

  @KeyTextField({
    description: 'Unique install identifier',
    sending:
      'At most 255 bytes. Prevents duplicates: one install is stored for each project, tracker and `id`',
    example: 'install-1001',
  })
  id?: string;

  @DeviceIdField({
    description: 'Apple advertising identifier (IDFA)',
    example: '6D92078A-8246-4BA4-AE5B-76104861E7DC',
  })
  ios_ifa?: string;

  @DeviceIdField({
    description: 'Apple vendor identifier (IDFV)',
    example: '4B0A4E2C-5C7E-4F6B-9D3A-1E2F3A4B5C6D',
  })
  ios_ifv?: string;

  @KeyTextField({
    description:
      'Identifier given by the operating system, such as the Android ID',
    sending: 'At most 255 bytes',
    example: '9774d56d682e549c',
  })
  os_id?: string;

  @DeviceIdField({
    description: 'Google advertising identifier',
    example: '0123456789ab-cdef-0123-456789abcdef',
  })
  google_aid?: string;

  @DeviceIdField({
    description: 'Windows advertising identifier',
    example: '0f8fad5b-d9cb-469f-a165-70867728950e',
  })
  windows_aid?: string;

  @KeyTextField({
    description: 'Your own identifier of the player',
    sending: 'At most 255 bytes',
    example: 'player-42',
  })
  user_id?: string;
}

export type FieldName = keyof InstallFields;

export const INSTALL_FIELDS = fieldsOf(InstallFields);

/** A postback must have at least one of these. */
export const IDENTIFIERS = [
  'ios_ifa',
  'ios_ifv',
  'os_id',
  'google_aid',
  'windows_aid',
  'user_id',
] as const satisfies readonly FieldName[];
