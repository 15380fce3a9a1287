#!/bin/sh
# Brings both languages up to the wording of the pages. Run after any change of wording; CI runs it and looks for a
# difference, and for an English entry that is empty or fuzzy.
#
#   cargo install slint-tr-extractor --version 1.18.1 --locked
#   apt-get install gettext
#   ui/lang/update.sh
#
# French is the language of the source. Its own .po still exists: entries equal to the source, for the sake of the
# plural rule in its header (0 and 1 are singular: «0 message»), which the source alone would take from English.
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
trap 'rm -f "$pot"' EXIT
find slint -name '*.slint' | LC_ALL=C sort | xargs slint-tr-extractor -d ui -o "$pot"

# Dates and line numbers would make every run differ.
sed -i '/^"POT-Creation-Date:/d' "$pot"

en=lang/en/LC_MESSAGES/ui.po
msgmerge --quiet --no-fuzzy-matching --no-wrap --no-location --sort-output --update --backup=off "$en" "$pot"
msgattrib --no-obsolete --no-location --no-wrap --sort-output -o "$en" "$en"

fr=lang/fr/LC_MESSAGES/ui.po
msgmerge --quiet --no-fuzzy-matching --no-wrap --no-location --sort-output --update --backup=off "$fr" "$pot"
msgattrib --no-obsolete --no-location --no-wrap --sort-output "$fr" > "$pot"
msgen --no-wrap -o "$fr" "$pot"

missing=$(msgattrib --untranslated --no-wrap "$en" | grep -c '^msgid ' || true)
fuzzy=$(msgattrib --only-fuzzy --no-wrap "$en" | grep -c '^msgid ' || true)
if [ "$missing" != 0 ] || [ "$fuzzy" != 0 ]; then
    echo "English lacks $missing entries, $fuzzy are in doubt:"
    msgattrib --untranslated --no-wrap "$en"
    exit 1
fi
