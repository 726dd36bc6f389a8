package acme

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// process is a running pebble.
type process struct {
	address, management string
	folder              string
	// ended is done when pebble has ended. The cause is its last output.
	ended context.Context
	kill  func()
}

// startPebble starts pebble on a loopback address, with a certificate for its own TLS and the resolver that it asks.
func startPebble(program string, loopback netip.Addr, own tls.Certificate, resolver string) (*process, error) {
	folder, err := os.MkdirTemp("", "tailnet-pebble-")
	if err != nil {
		return nil, err
	}
	p := &process{folder: folder}
	if p.address, p.management, err = freeAddresses(loopback); err == nil {
		err = p.configure(own)
	}
	if err == nil {
		err = p.run(program, "-strict", "-config", filepath.Join(folder, "config.json"), "-dnsserver", resolver)
	}
	if err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	return p, nil
}

func (p *process) configure(own tls.Certificate) error {
	der, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress":           p.address,
		"managementListenAddress": p.management,
		"certificate":             filepath.Join(p.folder, "certificate.pem"),
		"privateKey":              filepath.Join(p.folder, "key.pem"),
		"retryAfter":              map[string]int{"authz": 1, "order": 1},
	}})
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"certificate.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}),
		"key.pem":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		"config.json":     config,
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(p.folder, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (p *process) run(program string, args ...string) error {
	command := exec.Command(program, args...)
	// Turn off what pebble does to test clients: waiting at random, refusing nonces, and accepting old proofs for new certificates.
	command.Env = []string{"PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0", "PEBBLE_AUTHZREUSE=0"}
	// Pebble ends with this program, even if this one is killed.
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	words := &tail{}
	command.Stdout, command.Stderr = words, words
	ended, end := context.WithCancelCause(context.Background())
	started := make(chan error)
	go func() {
		// Linux sends the signal when the thread that started the process ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			command.Wait()
			end(fmt.Errorf("pebble ended: %s", words))
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("%w. Build it: go install github.com/letsencrypt/pebble/v2/cmd/pebble@v2.8.0", err)
	}
	p.ended, p.kill = ended, func() { command.Process.Kill() }
	return nil
}

func (p *process) stop() {
	p.kill()
	<-p.ended.Done()
	os.RemoveAll(p.folder)
}

// ownLoopback is the loopback address for the process with this number. Linux has the whole of 127.0.0.0/8, and process numbers of at most
// 22 bits. Pebble can neither choose a free port nor report one. A port that is free on 127.0.0.1 could belong to another program by the
// time pebble opens it.
func ownLoopback(process int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, 64 | byte(process>>16&63), byte(process >> 8), byte(process)})
}

// freeAddresses returns two addresses that nobody listens on.
func freeAddresses(loopback netip.Addr) (first, second string, err error) {
	var listeners [2]net.Listener
	for i := range listeners {
		if listeners[i], err = net.Listen("tcp", netip.AddrPortFrom(loopback, 0).String()); err != nil {
			return "", "", err
		}
		defer listeners[i].Close()
	}
	return listeners[0].Addr().String(), listeners[1].Addr().String(), nil
}

// poll asks until it gets an answer.
func (a *Authority) poll(ctx context.Context, url string) ([]byte, error) {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		response, err := a.client.Do(request)
		if err == nil {
			defer response.Body.Close()
			return io.ReadAll(response.Body)
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(err, context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// tail keeps the end of a process's output.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// tailLength is in bytes.
const tailLength = 2000

func (t *tail) Write(data []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, data...)
	t.text = t.text[max(0, len(t.text)-tailLength):]
	return len(data), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
