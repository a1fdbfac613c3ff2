package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"hash/maphash"
	"io"
)

// blockSize is how many bytes are read, and checked against the first time, at once.
const blockSize = 256 << 10

// checksums remembers an input block by block, so that a later pass notices a change before it gives out anything of the
// changed block. The keyed 64-bit hash serves within one process; the SHA-256 is the input's name to the outside.
type checksums struct {
	seed   maphash.Seed
	blocks []uint64
	size   int64
	sha    string
}

// recordChecksums reads an input to its end and remembers it; see gets each block.
func recordChecksums(r io.Reader, see func(block []byte)) (*checksums, error) {
	c := &checksums{seed: maphash.MakeSeed()}
	sum := sha256.New()
	buf := make([]byte, blockSize)
	for {
		n, err := io.ReadFull(r, buf)
		if n > 0 {
			c.add(buf[:n], sum)
			see(buf[:n])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			c.sha = hex.EncodeToString(sum.Sum(nil))
			return c, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (c *checksums) add(block []byte, sum hash.Hash) {
	sum.Write(block)
	c.blocks = append(c.blocks, maphash.Bytes(c.seed, block))
	c.size += int64(len(block))
}

// Pass reads an input again, block by block, and compares.
type Pass struct {
	name string
	from io.ReadCloser
	sums *checksums
	buf  []byte
	n    int // blocks read
}

// Pass starts another pass over the bytes that were read first.
func (st *File) Pass() (*Pass, error) {
	from, err := st.again()
	if err != nil {
		return nil, err
	}
	return &Pass{name: st.name, from: from, sums: st.sums, buf: make([]byte, blockSize)}, nil
}

// Next returns the next block, valid until the next call; io.EOF where the input ended the first time; a *ChangedError
// if it is not the block that was there.
func (b *Pass) Next() ([]byte, error) {
	offset := int64(b.n) * blockSize
	n, err := io.ReadFull(b.from, b.buf)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, &ChangedError{File: b.name, Offset: offset, Err: err}
	}
	switch {
	case n == 0 && b.n == len(b.sums.blocks):
		return nil, io.EOF
	case n == 0 || b.n >= len(b.sums.blocks) || maphash.Bytes(b.sums.seed, b.buf[:n]) != b.sums.blocks[b.n]:
		return nil, &ChangedError{File: b.name, Offset: offset}
	}
	b.n++
	return b.buf[:n], nil
}

// Close ends the pass.
func (b *Pass) Close() error { return b.from.Close() }
