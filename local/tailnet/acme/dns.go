package acme

import (
	"log"
	"net"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// maxRecords is the number of records of a name: as many as there can be proofs under way at once.
const maxRecords = 5

// resolver is the DNS server that pebble asks. It knows the records of the tailnet's devices and nothing else.
type resolver struct {
	conn      net.PacketConn
	translate func(name, value string) string

	mu      sync.Mutex
	records map[string][]string
}

func listenDNS(translate func(name, value string) string) (*resolver, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &resolver{conn: conn, translate: translate, records: map[string][]string{}}
	go r.serve()
	return r, nil
}

// set publishes a TXT record.
func (r *resolver) set(name, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if values := r.records[name]; !slices.Contains(values, value) {
		values = append(values, value)
		r.records[name] = values[max(0, len(values)-maxRecords):]
	}
}

func (r *resolver) serve() {
	buffer := make([]byte, 1500)
	for {
		n, from, err := r.conn.ReadFrom(buffer)
		if err != nil {
			return // The socket was closed.
		}
		answer, err := r.answer(buffer[:n])
		if err != nil {
			log.Printf("acme: a DNS question cannot be answered: %v", err)
			continue
		}
		r.conn.WriteTo(answer, from)
	}
}

func (r *resolver) answer(packet []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	h, err := parser.Start(packet)
	if err != nil {
		return nil, err
	}
	question, err := parser.Question()
	if err != nil {
		return nil, err
	}
	values := r.lookup(question)
	h.Response, h.Authoritative = true, true
	if len(values) == 0 {
		h.RCode = dnsmessage.RCodeNameError
	}
	message := dnsmessage.Message{Header: h, Questions: []dnsmessage.Question{question}}
	for _, value := range values {
		message.Answers = append(message.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.TXTResource{TXT: []string{value}},
		})
	}
	return message.Pack()
}

func (r *resolver) lookup(question dnsmessage.Question) []string {
	if question.Type != dnsmessage.TypeTXT {
		return nil
	}
	name := strings.ToLower(strings.TrimSuffix(question.Name.String(), "."))
	r.mu.Lock()
	defer r.mu.Unlock()
	values := []string{}
	for _, value := range r.records[name] {
		values = append(values, r.translate(name, value))
	}
	return values
}
