import { BlockList, isIP } from 'node:net';

/** Is it an IP address, or a network in CIDR form? */
export function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  return (
    bits !== undefined &&
    rest.length === 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && +prefix <= bits))
  );
}

/** Is the address in one of the networks? An IPv4 address written as IPv6 counts as IPv4. */
export function isInNetworks(
  address: string,
  networks: readonly string[],
): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [net, prefix] = network.split('/');
    if (prefix === undefined) list.addAddress(net, family(net));
    else list.addSubnet(net, Number(prefix), family(net));
  }
  // A trusted proxy may pass on any text as the address, which is then in no network.
  return list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
