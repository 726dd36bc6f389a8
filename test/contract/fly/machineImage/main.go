// The only program in the image that the emulator's tests run as a machine: a small HTTP server, and commands for
// `machine exec` that look at the machine from inside. The first argument says which, or the name it is called by.
package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	arguments := os.Args[1:]
	if name := filepath.Base(os.Args[0]); name != "machine" {
		arguments = append([]string{name}, arguments...)
	}
	command := map[string]func([]string) error{
		"serve": serve,
		"exit":  exit,
		"env":   func([]string) error { return print(strings.Join(os.Environ(), "\n")) },
		"ls":    list,
		// What the recorded runs of flyctl call.
		"boom": func([]string) error { return exit([]string{"3"}) },
		// What the program asks of a Paperclip machine.
		"paperclip-tailnet": func([]string) error {
			// What a test has written there is what the machine says of its device.
			if said, err := os.ReadFile("/paperclip/tailnet.json"); err == nil {
				return print(string(said))
			}
			return json.NewEncoder(os.Stdout).Encode(tailnet())
		},
		"paperclip-invite": func([]string) error { return print("https://" + os.Getenv("FLY_APP_NAME") + ".test/invite/test") },
		"paperclip-model": func([]string) error {
			return print(`{"credential":"CLAUDE_CODE_OAUTH_TOKEN","asking":false,"status":200,"message":""}`)
		},
		"paperclip-cpu": func([]string) error {
			return print(`{"cpus":1,"first":{"used":900,"steal":0,"idle":100000},"last":{"used":903,"steal":0,"idle":100997}}`)
		},
		"paperclip-kernel": func([]string) error {
			return print(`{"release":"6.12.47-fly","sharing":"acl","agents":"netfilter","ports":"closed","open":[],"absent":[]}`)
		},
		"curl":  func([]string) error { return print(`{"status":"ok"}`) },
		"cat":   func(a []string) error { return copyOut(os.ReadFile(a[0])) },
		"write": func(a []string) error { return os.WriteFile(a[0], []byte(a[1]), 0o644) },
		"chown": func(a []string) error { return os.Chown(a[0], number(a[1]), number(a[1])) },
		"echo":  func(a []string) error { return print(strings.Join(a, "|")) },
		"stdin": func([]string) error { return copyOut(io.ReadAll(os.Stdin)) },
		"dial":  dial,
		"get":   get,
		"sleep": func(a []string) error { time.Sleep(time.Duration(number(a[0])) * time.Second); return nil },
		"eat":   eat,
		"busy":  busy,
		"tun":   tun,
	}[arguments[0]]
	if err := command(arguments[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tailnet says that the device is open, unless a test has set a problem, and the variable, with its value, that fixes it.
func tailnet() map[string]string {
	status := map[string]string{"state": "Running", "name": os.Getenv("FLY_APP_NAME") + "." + os.Getenv("TAILNET_DNS"), "problem": ""}
	name, value, set := strings.Cut(os.Getenv("TEST_TAILNET_FIXED_BY"), "=")
	if set && os.Getenv(name) != value {
		status["problem"], status["fix"], _ = strings.Cut(os.Getenv("TEST_TAILNET_PROBLEM"), " → ")
	}
	return status
}

// serve answers on every address at PORT until a signal, which it names before it ends.
func serve([]string) error {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGUSR1)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello from %s", os.Getenv("FLY_APP_NAME"))
	})
	http.HandleFunc("/headers", headers)
	http.HandleFunc("/health", health)
	http.HandleFunc("/websocket", websocketEcho)
	http.HandleFunc("/exit", func(w http.ResponseWriter, r *http.Request) { os.Exit(number(r.URL.Query().Get("code"))) })
	go func() { panic(http.ListenAndServe(":"+port, nil)) }()
	fmt.Println("listening on", port)
	for received := range signals {
		fmt.Println("received", received)
		if received != syscall.SIGUSR1 && os.Getenv("IGNORE_SIGNALS") == "" {
			break
		}
	}
	return nil
}

func headers(w http.ResponseWriter, r *http.Request) {
	found := map[string]string{"Host": r.Host}
	for name, values := range r.Header {
		found[name] = strings.Join(values, ", ")
	}
	json.NewEncoder(w).Encode(found)
}

// health is fine unless HEALTH says otherwise; HEALTH_HOST makes it answer under that Host header only.
func health(w http.ResponseWriter, r *http.Request) {
	if wanted := os.Getenv("HEALTH_HOST"); os.Getenv("HEALTH") == "bad" || (wanted != "" && r.Host != wanted) {
		http.Error(w, "unhealthy", 503)
		return
	}
	fmt.Fprint(w, "healthy")
}

// websocketEcho sends back the first frame that it gets, if that is short.
func websocketEcho(w http.ResponseWriter, r *http.Request) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	connection, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	fmt.Fprintf(buffered, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	buffered.Flush()
	payload, err := readFrame(buffered.Reader)
	if err == nil {
		connection.Write(append([]byte{0x81, byte(len(payload))}, payload...))
		io.Copy(io.Discard, connection)
	}
}

func readFrame(r *bufio.Reader) ([]byte, error) {
	head := make([]byte, 6)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	payload := make([]byte, head[1]&0x7f)
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, err
	}
	for index := range payload {
		payload[index] ^= head[2+index%4]
	}
	return payload, nil
}

func exit(a []string) error {
	fmt.Println("partial out")
	fmt.Fprintln(os.Stderr, "boom err")
	os.Exit(number(a[0]))
	return nil
}

// list prints what is in a folder with modes and owners, and the folder itself first.
func list(a []string) error {
	return filepath.Walk(a[len(a)-1], func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		fmt.Println(info.Mode(), info.Sys().(*syscall.Stat_t).Uid, path)
		return nil
	})
}

func dial(a []string) error {
	connection, err := net.DialTimeout("tcp", a[0], 3*time.Second)
	if err != nil {
		return err
	}
	return print("connected to " + connection.RemoteAddr().String())
}

// get asks for a URL, under another Host header if there is one more word, and prints the status and the page.
func get(a []string) error {
	request, err := http.NewRequest("GET", a[0], nil)
	if err != nil {
		return err
	}
	if len(a) > 1 {
		request.Host = a[1]
	}
	response, err := (&http.Client{Timeout: 5 * time.Second}).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body))
	return err
}

// eat uses as many megabytes of memory as it is told.
func eat(a []string) error {
	hoard := make([]byte, number(a[0])*1024*1024)
	for index := 0; index < len(hoard); index += 4096 {
		hoard[index] = 1
	}
	return print(fmt.Sprint("ate ", len(hoard)))
}

// tun creates a TUN device, for which the machine needs /dev/net/tun and NET_ADMIN.
func tun([]string) error {
	file, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	request := struct {
		name  [16]byte
		flags uint16
		rest  [22]byte
	}{flags: 0x0001 | 0x1000}
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), 0x400454ca, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return errno
	}
	return print("created " + strings.TrimRight(string(request.name[:]), "\x00"))
}

func number(text string) int {
	value, _ := strconv.Atoi(text)
	return value
}

func print(text string) error {
	_, err := fmt.Println(text)
	return err
}

func copyOut(content []byte, err error) error {
	os.Stdout.Write(content)
	return err
}
