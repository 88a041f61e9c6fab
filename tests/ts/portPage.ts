import type { CarriedPort, PortQuestion } from '../../src/worker/protocol';

const pages: MessagePort[] = [];

/** Ends all pages: those whose worker was stopped keep a test run from its end. */
export function closePages(): void {
  pages.splice(0).forEach(page => page.close());
}

/** A page that has `bytes`, and what an engine opens to get them from it. */
export function portPage(bytes: Uint8Array): CarriedPort {
  const { port1, port2 } = new MessageChannel();
  pages.push(port1);
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
