package control

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The linker compares only names. A call through a wrong signature could do anything.
func TestSeamMatchesTestcontrol(t *testing.T) {
	const signature = "func(w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)"
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", "tailscale.com/tstest/integration/testcontrol").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(strings.TrimSpace(string(folder)), "testcontrol.go")
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, declaration := range parsed.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv != nil {
			receiver := types.ExprString(function.Recv.List[0].Type)
			found[receiver+"."+function.Name.Name] = types.ExprString(function.Type)
		}
	}
	for _, method := range []string{"*Server.serveRegister", "*Server.serveMap", "*Server.serveSetDNS"} {
		if found[method] != signature {
			t.Errorf("testcontrol has %s as %q; change seam.go with it", method, found[method])
		}
	}
}
