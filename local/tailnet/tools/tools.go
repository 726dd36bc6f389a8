// Package tools finds the real programs that the tests run.
package tools

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Program is the path of a program that belongs to one of the toolchain's Go tools: from the PATH, otherwise the newest one that the
// toolchain has built. A test fails if there is none.
func Program(t testing.TB, name, tool string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(home, ".cache")
	}
	built, err := filepath.Glob(filepath.Join(cache, "paperclip-on-fly/go", tool+"-*", name))
	if err != nil {
		t.Fatal(err)
	}
	newest, at := "", int64(0)
	for _, path := range built {
		if info, err := os.Stat(path); err == nil && info.ModTime().UnixNano() > at {
			newest, at = path, info.ModTime().UnixNano()
		}
	}
	if newest == "" {
		t.Fatalf("%s is not on the PATH and was not built yet. Build it: npm run dev; or: (cd local/toolchain/go/%s && go install tool)", name, tool)
	}
	return newest
}
