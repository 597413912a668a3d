// Judges trees with the libraries of Go's own checksum database: a question a line, as JSON, and for
// each a line: true, or false where the library finds a fault.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Kind   string
	Size   int64    // leaves of the tree, and
	Root   []byte   // its root
	Index  int64    // the leaf, or how many leaves the old tree had, and
	Hash   []byte   // its hash, or the old root
	Proof  [][]byte // from one to the other; or all leaves
	Note   string
	Key    string
	Folder string // of tiles
}

func (q question) fault() error {
	switch q.Kind {
	case "inclusion":
		return tlog.CheckRecord(proof(q.Proof), q.Size, hash(q.Root), q.Index, hash(q.Hash))
	case "consistency":
		return tlog.CheckTree(proof(q.Proof), q.Size, hash(q.Root), q.Index, hash(q.Hash))
	case "note":
		verifier, err := note.NewVerifier(q.Key)
		if err == nil {
			_, err = note.Open([]byte(q.Note), note.VerifierList(verifier))
		}
		return err
	case "tiles":
		reader := tlog.TileHashReader(tlog.Tree{N: q.Size, Hash: hash(q.Root)}, tiles(q.Folder))
		for n, leaf := range proof(q.Proof) {
			found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(n))})
			if err != nil {
				return err
			}
			if found[0] != leaf {
				return fmt.Errorf("leaf %d is another one", n)
			}
		}
		return nil
	}
	return errors.New("no such kind of question: " + q.Kind)
}

func hash(data []byte) (h tlog.Hash) {
	copy(h[:], data)
	return h
}

func proof(data [][]byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(data))
	for i, each := range data {
		hashes[i] = hash(each)
	}
	return hashes
}

type tiles string // the folder in which tile/<level>/<number> lie

func (tiles) Height() int { return 8 }

func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, each := range wanted {
		path := strings.Replace(each.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(folder), path))
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	for questions := json.NewDecoder(os.Stdin); questions.More(); {
		var q question
		if err := questions.Decode(&q); err != nil {
			panic(err)
		}
		fmt.Println(q.fault() == nil)
	}
}
