# Sourced by errand when its distribution is missing or older than the sources, or when the AOT cache is missing.
# Expects home, target, stamp, cache, java_home, jdk_key and the function outdated.

# Runs a command while no other process builds here. The lock is a folder with the holder's process id, since making a folder
# is the one thing every file system does exactly once; a dead holder's lock is moved away, which again only one can do.
locked() {
  lock=$target/building
  mkdir -p "$target" || return 1
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/pid" 2>/dev/null) || holder=
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null && mv "$lock" "$lock.$$" 2>/dev/null; then
      rm -rf "$lock.$$"
    else
      sleep 0.2
    fi
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"; exit 130' INT TERM HUP
  "$@"
  status=$?
  rm -rf "$lock"
  trap - INT TERM HUP
  return $status
}

build_distribution() {
  locked build_if_outdated
}

build_if_outdated() {
  outdated || return 0 # somebody else has just built it
  command -v mvn >/dev/null || {
    echo "errand: not built yet, and building needs Maven 3.8 or newer: no mvn on the PATH (Debian: apt-get install maven)." >&2
    return 1
  }
  echo "errand: building (once; the first time fetches libraries) …" >&2
  log=$target/build.log
  touch "$target/build.start"
  (cd "$home" && JAVA_HOME=$java_home mvn -B -ntp -q -pl errand-cli -am -Dmaven.test.skip=true package) >"$log" 2>&1 </dev/null || {
    grep -m 3 '^\[ERROR\]' "$log" >&2
    echo "errand: the build failed; all of it is in $log" >&2
    return 1
  }
  place=$(printf %s "$home" | cksum)
  build=${place%% *}-$(date +%Y%m%d%H%M%S)
  # A folder of its own for each build: commands that still run keep their jars. Those of the build before stay for a while.
  find "$target/dist" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} + 2>/dev/null
  mkdir -p "$target/dist/$build" &&
    cp "$target/errand.jar" "$target/dist/$build/" && cp -R "$target/lib" "$target/dist/$build/" &&
    echo "$build" >"$stamp.new" && touch -r "$target/build.start" "$stamp.new" && mv "$stamp.new" "$stamp"
}

train_cache() {
  [ -w "$target" ] && locked train_if_missing
}

# Lets the program show the JVM which classes it needs, once for each build and JDK. Where that fails an empty file keeps it from
# being tried again: everything works without the cache, only slower.
train_if_missing() {
  ! [ -f "$aot" ] && mkdir -p "$cache/aot" 2>/dev/null || return 0
  rm -f "$cache/aot/${build%-*}"-*.aot
  "$java_home/bin/java" "-XX:AOTCacheOutput=$aot.$$" -Xlog:disable -XX:TieredStopAtLevel=1 \
    -cp "$jar" dev.errand.cli.Training "$native" >"$target/training.log" 2>&1 </dev/null || rm -f "$aot.$$"
  [ -f "$aot.$$" ] || : >"$aot.$$"
  mv -f "$aot.$$" "$aot"
}
