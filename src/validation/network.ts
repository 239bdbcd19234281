import { BlockList, isIP } from 'node:net';

/** Whether the text is an IP address, or a network in CIDR form. */
export function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  return (
    bits !== undefined &&
    rest.length === 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && +prefix <= bits))
  );
}

/** Whether the address is in one of the networks. An IPv4 address written as IPv6 counts as IPv4. */
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
  // A trusted proxy may send any text as the address; text that is not an address is in no network.
  return list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
