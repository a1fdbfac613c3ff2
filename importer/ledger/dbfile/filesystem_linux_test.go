package dbfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestNetworkKind(t *testing.T) {
	t.Parallel()
	for magic, want := range map[uint32]string{
		0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "SMB", 0xfe534d42: "SMB", 0x00c36400: "Ceph",
		0xef53: "", 0x01021994: "", 0x794c7630: "", 0x65735546: "", // ext4, tmpfs, overlay, FUSE
	} {
		if got := networkKind(magic); got != want {
			t.Errorf("%#x is %q, want %q", magic, got, want)
		}
	}
}

// TestNetworkFileSystem: what is not there yet lies where its folder does.
func TestNetworkFileSystem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join("nowhere", "ledger.db"), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "not", "there", "ledger.db"), link} {
		if _, err := NetworkFileSystem(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
