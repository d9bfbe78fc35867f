# Sourced by check: its steps. Expects home, log, kills, profiles, started and result.

modules='errand-* errand-bench/layout errand-bench/costs errand-bench/compare examples examples/spring-boot examples/desktop'

# Maven's output goes to the log; a line for each module and test class, and every error, also to the terminal. A test that fails
# keeps no other module from its tests: what Maven then calls errors decides.
run_maven() {
  # What is told of a check is of this one.
  for module in $modules; do
    rm -rf "$module/target/surefire-reports" "$module/target/check-notes" "$module/target/site/jacoco"
  done
  {
    # Three modules at a time, where none waits for the other: many tests wait more than they work.
    # shellcheck disable=SC2086
    mvn -B -ntp -T 3 -fae -Dmaven.test.failure.ignore=true $profiles spotless:check verify </dev/null
    echo $? >target/check.status
  } 2>&1 | tee "$log" | awk '
    /^\[INFO\] Building dev\.errand|^\[INFO\] Building [a-z]+.* \[[0-9]+\/[0-9]+\]/ { sub(/^\[INFO\] Building /, ""); print "── " $0; fflush() }
    /Tests run:.*Time elapsed/ { sub(/^\[[A-Z]+\] (\033\[[0-9;]*m)*/, ""); print "   " $0; fflush() }
    /^\[ERROR\]|^\[INFO\] BUILD/ { print; fflush() }'
  [ "$(cat target/check.status)" -eq 0 ] && ! grep -q '^\[ERROR\]' "$log"
}

# The launcher and the first command of the README, as a newcomer would type them.
run_launcher() {
  echo "── the launcher"
  version=$(./errand --version) && echo "   $version" || return 1
  scratch=$(mktemp -d)
  ./errand run examples/tasks/Thumbnail.java --store "jdbc:sqlite:$scratch/errand.db" \
    --payload '{"path":"examples/data/photo.png","width":64}' && ./errand runs list --store "jdbc:sqlite:$scratch/errand.db"
  launched=$?
  rm -rf "$scratch"
  return $launched
}

# What others install, unpacked at a place of its own, with a cache of its own, and the first commands that somebody types there.
run_distribution() {
  echo "── the distribution"
  scratch=$(mktemp -d)
  (
    set -e
    archive=$(etc/distribution.sh "$scratch")
    mkdir "$scratch/some where"
    tar -C "$scratch/some where" -xzf "$archive"
    ln -s "$scratch/some where"/errand-* "$scratch/errand"
    export XDG_CACHE_HOME="$scratch/cache"
    cd "$scratch"
    echo "   $(errand/errand --version)"
    errand/errand init hello
    cd hello
    "$scratch/some where"/errand-*/errand run hello --quiet
    verify_unit "$scratch/errand"
  )
  distributed=$?
  rm -rf "$scratch"
  return $distributed
}

# The unit with the folder of this distribution in place of the usual one.
verify_unit() {
  command -v systemd-analyze >/dev/null || {
    echo "   no systemd-analyze here: the unit for systemd is not looked at"
    return 0
  }
  sed "s#/opt/errand/#$1/#" "$1/etc/errand.service" >"$1.service"
  systemd-analyze --man=no verify "$1.service"
}

# What the tests and the coverage came to, as a table.
summary() {
  passed=passed
  [ "$result" -eq 0 ] || passed=FAILED
  seconds=$(($(date +%s) - started))
  echo
  echo "# Check of $(date -u +%Y-%m-%d): $passed in $((seconds / 60)) min $((seconds % 60)) s, $kills kills in each chaos test"
  echo
  echo "| module | tests | failed | skipped | lines covered |"
  echo "| --- | ---: | ---: | ---: | ---: |"
  for module in $modules; do
    [ -d "$module/target/surefire-reports" ] || continue
    counts=$(cat "$module"/target/surefire-reports/TEST-*.xml 2>/dev/null | awk '
      /<testsuite / {
        run += number("tests"); bad += number("failures") + number("errors"); skipped += number("skipped")
      }
      function number(name) {
        return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
      }
      END { print run + 0 " | " bad + 0 " | " skipped + 0 }')
    covered=$(awk -F, 'NR > 1 { missed += $8; hit += $9 } END { if (missed + hit) printf "%d %%", 100 * hit / (missed + hit) }' \
      "$module/target/site/jacoco/jacoco.csv" 2>/dev/null)
    echo "| $module | $counts | ${covered:-–} |"
  done
  cat errand-*/target/check-notes/*.md 2>/dev/null
}

# The full numbers, kept: what was run, on what, and what the chaos tests say of themselves (target/check-notes).
keep_summary() {
  {
    sed 1d target/check-summary.md
    echo
    echo "Machine: $(uname -srm), $(getconf _NPROCESSORS_ONLN) processors. JDK: $("$java_home/bin/java" -version 2>&1 | sed -n 2p)."
  } >docs/check-full.md
  echo "check: written to docs/check-full.md"
}
