import { Controller, Get } from '@nestjs/common';
import {
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import {
  AdminAccess,
  IngestAccess,
  OptionalKey,
  Public,
  ReadAccess,
} from './access.decorator';

@Controller()
class Routes {
  @Public()
  @Get('public')
  public() {}
  @OptionalKey()
  @Get('open')
  open() {}
  @IngestAccess()
  @Get('ingest')
  ingest() {}
  @ReadAccess()
  @Get('read')
  read() {}
  @AdminAccess()
  @Get('admin')
  admin() {}
}

describe('the declared access of a route', () => {
  let documentation: OpenAPIObject;
  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [Routes],
    }).compile();
    documentation = SwaggerModule.createDocument(
      module.createNestApplication(),
      new DocumentBuilder().build(),
    );
    await module.close();
  });

  it.each([
    ['public', undefined],
    // The empty requirement, which makes a key optional, has no name.
    ['open', ['apikey', 'x-api-key', 'bearer']],
    ['ingest', ['apikey', 'x-api-key', 'bearer']],
    ['read', ['bearer']],
    ['admin', ['bearer']],
  ])('for %s is documented as %j', (route, schemes) => {
    const { security } = documentation.paths[`/${route}`].get!;
    expect(security?.flatMap(Object.keys).toSorted()).toEqual(
      schemes?.toSorted(),
    );
  });
});
