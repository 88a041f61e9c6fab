import type { CarriedPort, PortQuestion } from '../../src/worker/protocol';

/** A page that has `bytes`, and what an engine opens to get them from it. */
export function portPage(bytes: Uint8Array): CarriedPort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<PortQuestion>) => {
    if ('close' in data) {
      port1.close();
      return;
    }
    const { request, begin, end } = data;
    const answer = bytes.slice(begin, end);
    port1.postMessage({ request, bytes: answer }, [answer.buffer]);
  };
  return { kind: 'port', port: port2, sizeBytes: bytes.length, name: 'tiny' };
}
