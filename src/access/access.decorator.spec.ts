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
  KeyIfSent,
  Public,
  ReadAccess,
} from './access.decorator';

@Controller()
class Routes {
  @Public()
  @Get('public')
  public() {}
  @KeyIfSent()
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

describe('what a route needs', () => {
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
    // An empty requirement, which names no scheme, makes the other one optional.
    ['open', ['apikey', 'x-api-key', 'bearer']],
    ['ingest', ['apikey', 'x-api-key', 'bearer']],
    ['read', ['bearer']],
    ['admin', ['bearer']],
  ])('is documented of one that is %s: %j', (route, schemes) => {
    const { security } = documentation.paths[`/${route}`].get!;
    expect(security?.flatMap(Object.keys).toSorted()).toEqual(
      schemes?.toSorted(),
    );
  });
});
