import { identify } from '../core/descriptor';
import { DecodeError, UnavailableError } from '../core/errors';
import type { Kernels } from '../core/kernels';
import { openBlock, type OpenRecording } from '../core/open';
import { memoryReader, type IBlockReader, type TellLoaded } from '../core/part';
import type { DecodeText } from '../core/safetensors';
import { openPort } from './portReader';
import type { Carried, CarriedUrl } from './protocol';

/** What the engine needs from where it runs. */
export type Ports = {
  readonly decodeText: DecodeText;
  /** Bytes of base64 text, inflated when they are gzip'd. Rejects with a DecodeError. */
  unpack(text: string): Promise<Uint8Array>;
  /** A file behind a URL. Rejects with a ReadError. */
  openUrl(carried: CarriedUrl, tell: TellLoaded): Promise<IBlockReader>;
  /** The recording in a `.npz` file behind a URL. Rejects with a DecodeError or a ReadError. */
  openNpz(carried: CarriedUrl, tell: TellLoaded): Promise<OpenRecording>;
  /** The fastest kernels that can be had, soon; begins to load them when it is first asked. Never rejects. */
  kernels(): Promise<Kernels>;
};

/**
 * Opens a recording wherever it is. Rejects with a DecodeError, VersionError or ReadError, with an
 * UnavailableError when it is too large for this machine.
 */
export async function openCarried(
  carried: Carried,
  ports: Ports,
  tell: TellLoaded
): Promise<OpenRecording> {
  try {
    return await openAny(carried, ports, tell);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UnavailableError(
        'not enough memory to open this recording',
        'memory'
      );
    }
    throw error;
  }
}

async function openAny(
  carried: Carried,
  ports: Ports,
  tell: TellLoaded
): Promise<OpenRecording> {
  switch (carried.kind) {
    case 'block':
      return openBytes(carried.bytes, ports);
    case 'base64':
      return openText(carried, ports);
    case 'url':
      return carried.format === 'npz'
        ? ports.openNpz(carried, tell)
        : openFile(await ports.openUrl(carried, tell), ports, tell);
    case 'port':
      return openFile(await openPort(carried), ports, tell);
  }
}

/** What was begun to be read and is none ends. */
async function openFile(
  reader: IBlockReader,
  { decodeText }: Ports,
  tell: TellLoaded
): Promise<OpenRecording> {
  try {
    return await openBlock(reader, decodeText, tell);
  } catch (error) {
    reader.close?.();
    throw error;
  }
}

function openBytes(
  bytes: Uint8Array,
  { decodeText }: Ports
): Promise<OpenRecording> {
  return openBlock(memoryReader(bytes), decodeText);
}

async function openText(
  { descriptor, text }: Carried & { readonly kind: 'base64' },
  ports: Ports
): Promise<OpenRecording> {
  const { id } = identify(descriptor);
  const recording = await openBytes(await ports.unpack(text), ports);
  if (recording.id !== id) {
    throw new DecodeError(
      'id',
      'the descriptor and the data belong to different recordings'
    );
  }
  return recording;
}
