// Checks a log's files with an implementation that is not ours: golang.org/x/mod/sumdb, which RFC 6962 and the signed
// notes of C2SP come from. Usage: main FOLDER < claims.json; the first thing that does not hold ends it with code 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type claims struct {
	Log       string
	Cosigners []string
	Inclusion []struct {
		Index int64
		Leaf  tlog.Hash
		Proof tlog.RecordProof
	}
	Consistency []struct {
		Size  int64
		Root  tlog.Hash
		Proof tlog.TreeProof
	}
}

// cosigner verifies what C2SP tlog-cosignature calls a timestamped signature; sumdb/note knows type 1 only.
type cosigner struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(c.public, []byte(message), signature[8:])
}

func newCosigner(key string) cosigner {
	parts := strings.SplitN(key, "+", 3)
	stated, err := strconv.ParseUint(parts[1], 16, 32)
	must(err)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	hash := binary.BigEndian.Uint32(digest[:])
	if raw[0] != 4 || uint64(hash) != stated {
		must(errors.New("not a cosigner's key: " + key))
	}
	return cosigner{parts[0], hash, ed25519.PublicKey(raw[1:])}
}

// folder reads tiles; ours are named as C2SP says, without the height that Go's own paths have.
type folder string

func (f folder) Height() int                     { return height }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		raw, err := os.ReadFile(f.path(tile))
		if err != nil {
			return nil, err
		}
		found[i] = raw
	}
	return found, nil
}

func (f folder) path(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
	return filepath.Join(string(f), strings.Replace(path, "tile/data/", "tile/entries/", 1))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func openCheckpoint(f folder, told claims) (tlog.Tree, int) {
	raw, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	must(err)
	log, err := note.NewVerifier(told.Log)
	must(err)
	known := []note.Verifier{log}
	for _, key := range told.Cosigners {
		known = append(known, newCosigner(key))
	}
	opened, err := note.Open(raw, note.VerifierList(known...))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != log.Name() {
		must(errors.New("the origin is not the key's name"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}, len(opened.Sigs)
}

// checkEntries hashes every entry anew, holds it against the tiles, and builds the root of the whole tree.
func checkEntries(f folder, tree tlog.Tree, hashes tlog.HashReader) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for index := int64(0); index < tree.N; {
		tile := tlog.Tile{H: height, L: -1, N: index >> height, W: 1 << height}
		if left := tree.N - index; left < int64(tile.W) {
			tile.W = int(left)
		}
		raw, err := os.ReadFile(f.path(tile))
		must(err)
		var indexes []int64
		for i := 0; i < tile.W; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, index+int64(i)))
		}
		told, err := hashes.ReadHashes(indexes)
		must(err)
		bundle := bytes.NewBuffer(raw)
		for i := 0; i < tile.W; i++ {
			length := int(binary.BigEndian.Uint16(bundle.Next(2)))
			entry := bundle.Next(length)
			if len(entry) != length || told[i] != tlog.RecordHash(entry) {
				must(fmt.Errorf("entry %d does not have its hash", index))
			}
			more, err := tlog.StoredHashes(index, entry, reader)
			must(err)
			stored = append(stored, more...)
			index++
		}
		if bundle.Len() > 0 {
			must(fmt.Errorf("bundle %d has more than its entries", tile.N))
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		must(errors.New("the entries do not have the checkpoint's root"))
	}
}

func main() {
	f := folder(os.Args[1])
	var told claims
	must(json.NewDecoder(os.Stdin).Decode(&told))
	tree, signatures := openCheckpoint(f, told)
	hashes := tlog.TileHashReader(tree, f)
	for _, one := range told.Inclusion {
		must(tlog.CheckRecord(one.Proof, tree.N, tree.Hash, one.Index, one.Leaf))
		own, err := tlog.ProveRecord(tree.N, one.Index, hashes)
		must(err)
		if fmt.Sprint(own) != fmt.Sprint(one.Proof) {
			must(fmt.Errorf("the proof of %d is not the one its tiles give", one.Index))
		}
	}
	for _, one := range told.Consistency {
		must(tlog.CheckTree(one.Proof, tree.N, tree.Hash, one.Size, one.Root))
	}
	checkEntries(f, tree, hashes)
	must(json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"size": tree.N, "signatures": signatures,
		"inclusion": len(told.Inclusion), "consistency": len(told.Consistency),
	}))
}
