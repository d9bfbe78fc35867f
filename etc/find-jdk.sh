# Sourced by errand and check. find_jdk sets java_home to a JDK of at least $errand_jdk_min, or says in one sentence what is missing.
# Looked for in: ERRAND_JAVA_HOME, JAVA_HOME, the java on PATH, then the newest in the usual places.
# A JDK tells its version in its file "release", so no JVM is started to ask. A runtime without a compiler (JRE) will not do.
errand_jdk_min=25

jdk_major() {
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

jdk_fits() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  jdk_version=$(jdk_major "$1")
  [ "${jdk_version:-0}" -ge "$errand_jdk_min" ] && java_home=$1
}

jdk_of_path() {
  jdk_java=$(command -v java) || return 1
  jdk_java=$(readlink -f "$jdk_java" 2>/dev/null || echo "$jdk_java")
  jdk_fits "${jdk_java%/bin/java}"
}

jdk_of_usual_places() {
  jdk_best=0
  jdk_found=
  for jdk_dir in /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
      "${HOME-}"/.local/share/mise/installs/java/* "${HOME-}"/.asdf/installs/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    jdk_fits "$jdk_dir" && [ "$jdk_version" -gt "$jdk_best" ] && { jdk_best=$jdk_version; jdk_found=$jdk_dir; }
  done
  [ -n "$jdk_found" ] && java_home=$jdk_found
}

find_jdk() {
  jdk_fits "${ERRAND_JAVA_HOME-}" || jdk_fits "${JAVA_HOME-}" || jdk_of_path || jdk_of_usual_places || {
    echo "errand: needs a JDK $errand_jdk_min or newer; install one (for example Temurin $errand_jdk_min) or set ERRAND_JAVA_HOME to where it is." >&2
    return 1
  }
}
