/** Ambient types of what Node and browsers share, so that promises and timers are known without loading the DOM. */
export const hostTypes = `
interface Body { json(): Promise<any>; text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer>; blob(): Promise<any>; formData(): Promise<any> }
interface Response extends Body { readonly ok: boolean; readonly status: number; readonly statusText: string; readonly url: string; readonly headers: any; readonly body: any; clone(): Response }
declare var Response: any;
declare var Request: any;
declare var Headers: any;
declare function fetch(input: any, init?: any): Promise<Response>;
declare var console: any;
declare var process: any;
declare var Buffer: any;
declare var global: any;
declare var window: any;
declare var document: any;
declare var performance: any;
declare var crypto: any;
declare var AbortController: any;
declare var AbortSignal: any;
declare var EventTarget: any;
declare var Event: any;
declare var TextEncoder: any;
declare var TextDecoder: any;
declare var URL: any;
declare var URLSearchParams: any;
declare var queueMicrotask: any;
declare function structuredClone<T>(value: T): T;
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function setImmediate(callback: (...args: any[]) => void, ...args: any[]): any;
declare function clearTimeout(timer: any): void;
declare function clearInterval(timer: any): void;
declare function clearImmediate(timer: any): void;
interface FilePromises {
  readFile(path: any, options?: any): Promise<any>; writeFile(path: any, data: any, options?: any): Promise<void>;
  appendFile(path: any, data: any, options?: any): Promise<void>; readdir(path: any, options?: any): Promise<any[]>;
  mkdir(path: any, options?: any): Promise<any>; rm(path: any, options?: any): Promise<void>; rmdir(path: any, options?: any): Promise<void>;
  stat(path: any, options?: any): Promise<any>; lstat(path: any, options?: any): Promise<any>; unlink(path: any): Promise<void>;
  rename(from: any, to: any): Promise<void>; copyFile(from: any, to: any, mode?: any): Promise<void>; access(path: any, mode?: any): Promise<void>;
  realpath(path: any, options?: any): Promise<any>; open(path: any, flags?: any, mode?: any): Promise<any>; mkdtemp(prefix: any, options?: any): Promise<string>;
  constants: any;
}
declare module 'fs/promises' { const files: FilePromises & { [name: string]: any }; export = files }
declare module 'node:fs/promises' { const files: FilePromises & { [name: string]: any }; export = files }
declare module 'fs' { const files: { promises: FilePromises; [name: string]: any }; export = files }
declare module 'node:fs' { const files: { promises: FilePromises; [name: string]: any }; export = files }
`;
