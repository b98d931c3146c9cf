/** Names that pass, by what they are for; everything else is held back, since nobody can list the names of all secrets. */
const allowed: readonly string[] = [
  // The person and the session.
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'USERNAME', 'SHELL', 'PWD', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'COLORTERM'],
  ...['NO_COLOR', 'FORCE_COLOR', 'TMPDIR', 'TEMP', 'TMP', 'CI', 'XDG_CACHE_HOME', 'XDG_DATA_DIRS', 'XDG_CONFIG_DIRS'],
  // What Windows needs for anything to start at all.
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE'],
  ...['HOMEDRIVE', 'HOMEPATH', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'PROGRAMW6432', 'ALLUSERSPROFILE'],
  ...['COMMONPROGRAMFILES', 'COMMONPROGRAMFILES(X86)', 'COMMONPROGRAMW6432', 'PUBLIC', 'OS', 'NUMBER_OF_PROCESSORS'],
  ...['PROCESSOR_ARCHITECTURE', 'PROCESSOR_IDENTIFIER', 'PSMODULEPATH'],
  // macOS.
  ...['__CF_USER_TEXT_ENCODING', 'DEVELOPER_DIR', 'SDKROOT', 'HOMEBREW_PREFIX', 'HOMEBREW_CELLAR'],
  // Node.
  ...['NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'NVM_DIR', 'NVM_BIN', 'VOLTA_HOME', 'FNM_DIR', 'FNM_MULTISHELL_PATH'],
  ...['N_PREFIX', 'NODENV_ROOT', 'NODENV_VERSION', 'PNPM_HOME', 'COREPACK_HOME', 'DENO_DIR', 'BUN_INSTALL'],
  ...['PLAYWRIGHT_BROWSERS_PATH', 'PUPPETEER_CACHE_DIR', 'PUPPETEER_EXECUTABLE_PATH', 'CYPRESS_CACHE_FOLDER'],
  ...['CHROME_BIN', 'CHROME_PATH', 'UV_THREADPOOL_SIZE'],
  // Python.
  ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONHASHSEED', 'PYTHONUTF8', 'PYTHONIOENCODING', 'PYTHONUNBUFFERED'],
  ...['PYENV_ROOT', 'PYENV_VERSION', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'CONDA_DEFAULT_ENV', 'CONDA_EXE'],
  ...['DJANGO_SETTINGS_MODULE', 'OMP_NUM_THREADS'],
  // Go and Rust.
  ...['GOROOT', 'GOPATH', 'GOBIN', 'GOMODCACHE', 'GOCACHE', 'GOFLAGS', 'GOOS', 'GOARCH', 'GOTOOLCHAIN', 'GOWORK'],
  ...['GOEXPERIMENT', 'GO111MODULE', 'CGO_ENABLED', 'CGO_CFLAGS', 'CGO_LDFLAGS', 'CARGO_HOME', 'RUSTUP_HOME'],
  ...['RUSTUP_TOOLCHAIN', 'RUSTFLAGS', 'RUST_BACKTRACE', 'RUST_LOG', 'RUST_TEST_THREADS', 'CARGO_INCREMENTAL'],
  // Others, and managers of tools.
  ...['JAVA_HOME', 'JDK_HOME', 'MAVEN_HOME', 'M2_HOME', 'GRADLE_HOME', 'SDKMAN_DIR', 'DOTNET_ROOT', 'RBENV_ROOT'],
  ...['RBENV_VERSION', 'GEM_HOME', 'GEM_PATH', 'RAILS_ENV', 'RACK_ENV', 'MIX_ENV', 'ASDF_DIR', 'ASDF_DATA_DIR'],
  ...['MISE_DATA_DIR', 'ANDROID_HOME', 'ANDROID_SDK_ROOT', 'NIX_PATH', 'NIX_PROFILES', 'LOCALE_ARCHIVE'],
  // Compilers, libraries, certificates of others.
  ...['CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'CPATH', 'LIBRARY_PATH', 'LD_LIBRARY_PATH'],
  ...['DYLD_LIBRARY_PATH', 'PKG_CONFIG_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NIX_SSL_CERT_FILE'],
  ...['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH'],
];

const names = new Set(allowed);

/** An address with a password, a token by its prefix, a signed token, a private key. */
const secret =
  /:\/\/[^\s/@:]*:[^\s/@]+@|\b(gh[opsur]_\w{16}|github_pat_\w{16}|glpat-[\w-]{16}|sk-[\w-]{16}|xox[abprs]-\w|npm_\w{30}|A[KS]IA[A-Z0-9]{16}|eyJ[\w-]{8,}\.eyJ)|-----BEGIN /;

/**
 * The variables of an environment that programs of others may see: named harmless ones whose value is no secret either, and those that the user
 * lets through by name, whatever they hold. Names of Windows count in any case.
 */
export function allowedEnvironment(env: NodeJS.ProcessEnv, letThrough: readonly string[] = []): NodeJS.ProcessEnv {
  const isWindows = process.platform === 'win32';
  const asked = new Set(isWindows ? letThrough.map((name) => name.toUpperCase()) : letThrough);
  return Object.fromEntries(
    Object.entries(env).filter(([written, value]) => {
      const name = isWindows ? written.toUpperCase() : written;
      if (value === undefined || /^WHETSTONE_/i.test(name)) return false;
      return asked.has(name) || ((names.has(name) || name.startsWith('LC_')) && !secret.test(value));
    }),
  );
}
