const builtins = new Set(
  `assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns events fs http http2
  https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder timers tls
  tty url util v8 vm wasi worker_threads zlib`.split(/\s+/),
);

/** Modules of Node itself, with or without `node:`; loading one does nothing that another module could see. */
export function isBuiltinModule(name: string): boolean {
  return name.startsWith('node:') || builtins.has(name.split('/')[0] ?? '');
}
