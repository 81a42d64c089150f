#!/usr/bin/env bash
# Fetches the Java reference implementation of Direct with Maven, once, and
# notes where its jars lie, for the tests with peers:
#
#   bash scripts/peers/fetch-reference.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

noted=node_modules/.cache/direct-smime/reference-class-path
complete() {
  [[ -s $noted ]] && tr ':' '\n' <"$noted" | while read -r jar; do [[ -e $jar ]] || exit 1; done
}
complete && exit 0
mkdir -p "$(dirname "$noted")"
mvn -q -B -f test/peers/java/pom.xml org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath \
  "-Dmdep.outputFile=$PWD/$noted"
complete
