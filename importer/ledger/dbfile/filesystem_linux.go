package dbfile

import (
	"os"
	"syscall"
)

// networkFileSystem asks the kernel. The numbers are those of its linux/magic.h, and of statfs(2).
func networkFileSystem(path string) (string, error) {
	var about syscall.Statfs_t
	if err := syscall.Statfs(path, &about); err != nil {
		return "", &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	return networkKind(uint32(about.Type)), nil
}

func networkKind(magic uint32) string {
	switch magic {
	case 0x6969:
		return "NFS"
	case 0x517b, 0xff534d42, 0xfe534d42: // smbfs, cifs, smb2
		return "SMB"
	case 0x00c36400:
		return "Ceph"
	}
	return ""
}
