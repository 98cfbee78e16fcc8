#!/bin/sh
# Is this bag as it was sealed?   sh verify.sh [FOLDER [ROOTS.pem] [KEY.pem]]
#
# Needs a POSIX shell and coreutils; openssl takes over where sha256sum is missing. It writes
# nothing, opens no network and runs nothing from the bag. Exit status: 0 intact, 1 altered
# or not a bag; every mismatch is named. It covers every file but itself: an altered
# copy of this script can say anything, so take it from a source that you trust, or read it.
#
# 1. every file in the folder is a plain file that a manifest lists    (nothing added)
# 2. tagmanifest-sha256.txt: form, order, and the SHA-256 of every tag file
# 3. manifest-sha256.txt: form, order, and the SHA-256 of every file under data/
# 4. bag-info.txt: number and sum of the payload's bytes
# 5. data/custody/*.jsonl: every line hangs on the one before, and the heads are those of bag-info.txt
#
# 6. time/*.tsr, if any: each holds the hash of tagmanifest-sha256.txt. With ROOTS.pem, the certificates of
#    the time-stamping authority (get them from the authority itself), openssl checks who signed it.
#
# Not shown by this: that what was sealed is true; without a checked time stamp, when it was sealed.

LC_ALL=C
export LC_ALL
CDPATH=
IFS=' 	
'
nl='
'
bad=0
files=0

wrong() { # PATH WHAT: name one mismatch; odd characters of a path are shown as ?
    printf 'ALTERED  %s: %s\n' "$(printf '%s' "$1" | tr -c 'A-Za-z0-9._/-' '?')" "$2"
    bad=$((bad + 1))
}

hash_in() { # SHA-256 of the standard input, 64 digits
    if command -v sha256sum >/dev/null 2>&1; then h=$(sha256sum); else h=$(openssl dgst -sha256 -r); fi
    printf '%s' "${h%%[ *]*}"
}

size_of() { # bytes of a file
    printf '%s' "$(($(wc -c <"$1")))"
}

ours() { # PATH: relative, plain ASCII, no step up, no dot file
    case "/$1/" in
    *[!A-Za-z0-9._/-]* | *//* | */.* | */-*) return 1 ;;
    esac
}

known() { # LIST PATH: is the path a line of the list?
    case "$1" in
    *"$nl$2$nl"*) return 0 ;;
    esac
    return 1
}

# --- the folder ---------------------------------------------------------------------------

is_bag() {
    [ -f "$1/bagit.txt" ] || [ -f "$1/manifest-sha256.txt" ] || [ -f "$1/tagmanifest-sha256.txt" ]
}

place=${1:-}
[ "$#" -eq 0 ] || shift
roots=
pinned= # public keys of which one has to have signed, one a line
for each in "$@"; do
    case "$each" in
    /*) ;;
    *) each=$PWD/$each ;;
    esac
    text=$(tr -d '\r' <"$each" 2>/dev/null)
    case "$text" in
    *"BEGIN CERTIFICATE"*) roots=$each ;;
    *"BEGIN PUBLIC KEY"*) pinned=$pinned$nl$text$nl ;;
    *)
        printf '%s\n' "This file holds neither certificates nor public keys (PEM): $(printf '%s' "$each" | tr -c 'A-Za-z0-9._/-' '?')"
        exit 1
        ;;
    esac
done
if [ -z "$place" ]; then
    case "$0" in
    */*) place=${0%/*} ;;
    *) place=. ;;
    esac
fi
case "$place" in
/* | ./* | ../*) ;;
*) place=./$place ;;
esac
if ! is_bag "$place"; then
    count=0
    inner=
    for each in "$place"/* "$place"/.[!.]* "$place"/..?*; do
        if [ -e "$each" ] || [ -L "$each" ]; then
            count=$((count + 1))
            inner=$each
        fi
    done
    if [ "$count" -eq 1 ] && [ ! -L "$inner" ] && is_bag "$inner"; then place=$inner; fi
fi
if ! is_bag "$place" || ! cd "$place" 2>/dev/null; then
    printf '%s\n' "This folder is no bundle: give the folder that holds bagit.txt." "这个文件夹不是证据包：请给出含有 bagit.txt 的文件夹。"
    exit 1
fi

# --- 2 and 3. the manifests ----------------------------------------------------------------

listed=$nl # every path that a manifest lists, one a line
payload=0  # bytes of the payload
many=0     # files of the payload

check_manifest() { # MANIFEST PREFIX: PREFIX is data/ for the payload, empty for the tag files
    if [ -L "$1" ] || [ ! -f "$1" ] || [ ! -r "$1" ]; then
        wrong "$1" "this file is missing or cannot be read"
        return
    fi
    number=0
    octets=0
    paths=
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        octets=$((octets + ${#line} + 1))
        hex=${line%%"  "*}
        path=${line#*"  "}
        form=ok
        case "$hex" in
        *[!0-9a-f]*) form=bad ;;
        esac
        [ "${#hex}" -eq 64 ] && [ "$line" = "$hex  $path" ] && ours "$path" || form=bad
        case "$path" in
        data/*) [ -n "$2" ] || form=bad ;;
        *) [ -z "$2" ] || form=bad ;;
        esac
        if [ "$form" = bad ]; then
            wrong "$1" "line $number is not in the form of a manifest"
            continue
        fi
        paths=$paths$path$nl
        if known "$listed" "$path"; then
            wrong "$1" "line $number lists a path for the second time"
            continue
        fi
        listed=$listed$path$nl
        check_file "$path" "$hex"
    done <"$1"
    [ "$octets" -eq "$(size_of "$1")" ] || wrong "$1" "it holds bytes that are no text"
    [ "$(printf '%s' "$paths" | sort)" = "${paths%"$nl"}" ] || wrong "$1" "its lines are not in order"
    [ "$number" -gt 0 ] || wrong "$1" "it lists nothing"
}

check_file() { # PATH HEX: one listed file
    if [ ! -e "$1" ] && [ ! -L "$1" ]; then
        wrong "$1" "missing"
        return
    fi
    if [ -L "$1" ] || [ ! -f "$1" ]; then
        wrong "$1" "this is no plain file"
        return
    fi
    if [ ! -r "$1" ]; then
        wrong "$1" "this file cannot be read"
        return
    fi
    found=$(hash_in <"$1")
    [ "$found" = "$2" ] || wrong "$1" "SHA-256 expected $2, found $found"
    files=$((files + 1))
    case "$1" in
    data/*)
        payload=$((payload + $(size_of "$1")))
        many=$((many + 1))
        ;;
    esac
}

check_manifest tagmanifest-sha256.txt ""
check_manifest manifest-sha256.txt data/
for needed in README.txt bag-info.txt bagit.txt manifest-sha256.txt verify.sh \
    data/assessment.json data/case.json data/ruleset.toml; do
    known "$listed" "$needed" || wrong "$needed" "no manifest lists this file, and every bundle has it"
done
[ -f bagit.txt ] && [ "$(cat bagit.txt 2>/dev/null)" = "BagIt-Version: 1.0${nl}Tag-File-Character-Encoding: UTF-8" ] ||
    wrong bagit.txt "it is not the declaration of a BagIt 1.0 bag"

signers= # the key that bag-info.txt names; empty where the bag is not signed
if [ -f bag-info.txt ] && [ ! -L bag-info.txt ] && [ -r bag-info.txt ]; then
    while IFS= read -r line || [ -n "$line" ]; do
        case "$line" in
        "Sixface-Signer: "*) signers=$signers${line#*: } ;;
        esac
    done <bag-info.txt
fi

# --- 1. nothing added ------------------------------------------------------------------------

folders=.$nl
while [ -n "$folders" ]; do
    folder=${folders%%"$nl"*}
    folders=${folders#*"$nl"}
    for each in "$folder"/* "$folder"/.[!.]* "$folder"/..?*; do
        if [ ! -e "$each" ] && [ ! -L "$each" ]; then continue; fi
        path=${each#./}
        case "$path" in
        time)
            if [ -d "$each" ] && [ ! -L "$each" ] && [ -f time/01.tsr ]; then
                folders=$folders$each$nl
                continue
            fi
            ;;
        time/[0-9][0-9].tsr)
            if [ -f "$each" ] && [ ! -L "$each" ]; then continue; fi
            ;;
        signature.bin)
            if [ -n "$signers" ] && [ -f "$each" ] && [ ! -L "$each" ]; then continue; fi
            ;;
        time/[0-9][0-9].sig)
            if [ -n "$signers" ] && [ -f "${path%.sig}.tsr" ] && [ -f "$each" ] && [ ! -L "$each" ]; then continue; fi
            ;;
        esac
        if ! ours "$path"; then
            wrong "$path" "added: a name that no bundle holds"
        elif [ ! -L "$each" ] && [ -d "$each" ]; then
            case "$listed" in
            *"$nl$path/"*) folders=$folders$each$nl ;;
            *) wrong "$path" "added: a folder that no manifest knows" ;;
            esac
        elif [ "$path" != tagmanifest-sha256.txt ] && ! known "$listed" "$path"; then
            wrong "$path" "added: no manifest lists it"
        fi
    done
done

# --- 4. the sum of the payload, and 5. the custody chains -------------------------------------

zero=0000000000000000000000000000000000000000000000000000000000000000
oxum=
heads=$nl

if [ -f bag-info.txt ] && [ ! -L bag-info.txt ] && [ -r bag-info.txt ]; then
    while IFS= read -r line || [ -n "$line" ]; do
        case "$line" in
        "Payload-Oxum: "*) oxum=$oxum${line#*: } ;;
        "Sixface-Custody-Head: "*) heads=$heads${line#*: }$nl ;;
        esac
    done <bag-info.txt
    [ "$oxum" = "$payload.$many" ] ||
        wrong bag-info.txt "payload expected $(printf '%s' "$oxum" | tr -c '0-9.' '?') (bytes.files), found $payload.$many"
fi

check_chain() { # PATH
    count=0
    head=sha256:$zero
    stream=
    while IFS= read -r line || [ -n "$line" ]; do
        count=$((count + 1))
        [ "$count" -gt 1 ] || stream=${line##*',"stream":'}
        case "$line" in
        "{"*",\"previous\":\"$head\",\"seq\":$count,\"stream\":$stream") ;;
        *) wrong "$1" "line $count does not hang on the line before" ;;
        esac
        head=sha256:$(printf '%s\n' "$line" | hash_in)
    done <"$1"
    known "$heads" "$1 $count $head" || wrong "$1" "bag-info.txt notes another length or head of this chain"
}

for chain in data/custody/*.jsonl; do
    if [ -f "$chain" ] && [ ! -L "$chain" ] && [ -r "$chain" ] && ours "$chain"; then check_chain "$chain"; fi
done
rest=${heads#"$nl"}
while [ -n "$rest" ]; do
    line=${rest%%"$nl"*}
    rest=${rest#*"$nl"}
    [ -z "$line" ] || known "$listed" "${line%% *}" || wrong "${line%% *}" "missing: bag-info.txt notes the head of this chain"
done

# --- 6. time -----------------------------------------------------------------------------------

stamps=0
believed=0
told=

check_stamp() { # FILE: who signed it, and when; the certificates have to be valid at that time, not today
    if ! command -v openssl >/dev/null 2>&1; then
        wrong "$1" "openssl is needed to check who signed it"
        return
    fi
    when=$(openssl ts -reply -in "$1" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
    seconds=$(date -u -d "$when" +%s 2>/dev/null)
    if [ -n "$seconds" ] && openssl ts -verify -data tagmanifest-sha256.txt -in "$1" -CAfile "$roots" \
        -attime "$seconds" >/dev/null 2>&1; then
        believed=$((believed + 1))
        told=$told$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)$nl
    else
        wrong "$1" "no time stamp over this bag that these certificates back"
    fi
}

sealed=none
if [ -f tagmanifest-sha256.txt ] && [ ! -L tagmanifest-sha256.txt ] && [ -r tagmanifest-sha256.txt ]; then
    sealed=$(hash_in <tagmanifest-sha256.txt)
fi
for each in time/[0-9][0-9].tsr; do
    [ -f "$each" ] && [ ! -L "$each" ] && [ -r "$each" ] || continue
    stamps=$((stamps + 1))
    case "$(od -An -v -tx1 <"$each" | tr -d ' \n')" in
    *"0420$sealed"*) [ -z "$roots" ] || check_stamp "$each" ;;
    *) wrong "$each" "this time stamp is about something else" ;;
    esac
done

# --- 7. who sealed it ----------------------------------------------------------------------------

signed= # set where a signature was checked

check_signature() { # SIGNATURE FILE: by the key in signer.pem
    if [ ! -f "$1" ] || [ -L "$1" ]; then
        wrong "$1" "missing: the bag says that it is signed"
    elif [ "$(size_of "$1")" -ne 64 ] ||
        ! openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in "$2" -sigfile "$1" >/dev/null 2>&1; then
        wrong "$1" "no signature over $2 by the key in signer.pem"
    else
        signed=yes
    fi
}

if [ -n "$pinned" ]; then
    case "$pinned" in
    *"$nl${signers:-none}$nl"*) ;;
    *) wrong signature.bin "not by a key in KEY.pem" ;;
    esac
fi
if [ -n "$signers" ]; then
    { [ -f signer.pem ] && [ ! -L signer.pem ] &&
        [ "$(cat signer.pem)" = "-----BEGIN PUBLIC KEY-----$nl$signers$nl-----END PUBLIC KEY-----" ]; } ||
        wrong signer.pem "not the key that bag-info.txt names"
    case "$(openssl pkeyutl -help 2>&1)" in
    *-rawin*)
        check_signature signature.bin tagmanifest-sha256.txt
        for each in time/[0-9][0-9].tsr; do
            if [ -f "$each" ] && [ ! -L "$each" ]; then check_signature "${each%.tsr}.sig" "$each"; fi
        done
        ;;
    *) [ -z "$pinned" ] || wrong signature.bin "openssl 3 is needed to check who signed it" ;;
    esac
fi

# --- the answer --------------------------------------------------------------------------------

if [ "$bad" -ne 0 ]; then
    printf '%s\n' "ALTERED: $bad mismatches." "已被改动：共 $bad 处不符。"
    exit 1
fi
printf '%s\n' "INTACT: all $files listed files are as they were sealed, and nothing was added." "完好：清单中的 $files 个文件与封存时一致，没有多出任何文件。"
if [ "$believed" -gt 0 ]; then
    printf '%s\n' "TIME: it existed no later than (UTC) ${told}时间：以下时刻（UTC）之前已经存在，由时间戳机构证明：${told}"
elif [ "$stamps" -gt 0 ]; then
    printf '%s\n' "TIME: there are time stamps; who signed them was not checked (sh verify.sh FOLDER ROOTS.pem)." "时间：包内有时间戳，但没有核对签发者（sh verify.sh 文件夹 根证书.pem）。"
else
    printf '%s\n' "TIME: no time stamp is in this bag." "时间：包内没有时间戳。"
fi
if [ -n "$signed" ] && [ -n "$pinned" ]; then
    printf '%s\n' "SIGNED by the key that you gave: $signers" "签名：由你给出的密钥签署：$signers"
elif [ -n "$signed" ]; then
    printf '%s\n' "SIGNED by $signers" \
        "  Compare that key with the one that the sender publishes, or give it (sh verify.sh FOLDER KEY.pem):" \
        "  whoever rewrites the whole bag can sign it with a key of their own." \
        "签名：签署密钥为 $signers" \
        "  请与对方公布的密钥核对，或者直接给出（sh verify.sh 文件夹 公钥.pem）：把整个包重写的人可以用自己的密钥签名。"
elif [ -n "$signers" ]; then
    printf '%s\n' "SIGNATURE: not checked, that needs openssl 3." "签名：没有核对，需要 openssl 3。"
else
    printf '%s\n' "SIGNATURE: none. Whoever rewrites the whole bag with its manifests makes another one that passes this." \
        "签名：没有。把所有文件连同清单一起重写，可以做出另一个能通过核对的包。"
fi
exit 0
