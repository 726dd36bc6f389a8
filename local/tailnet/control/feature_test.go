package control

import (
	"encoding/json"
	"net/http"
	"testing"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
)

func TestServeIsToldWhatToDoWhereHTTPSIsOff(t *testing.T) {
	w := newWorld(t, state.Seed{})
	n := w.join("box")
	query := func(feature string) (int, tailcfg.QueryFeatureResponse) {
		t.Helper()
		answer := w.ask(n.machine, "POST", "/machine/feature/query", tailcfg.QueryFeatureRequest{Feature: feature, NodeKey: n.key.Public()})
		var response tailcfg.QueryFeatureResponse
		_ = json.Unmarshal(answer.Body.Bytes(), &response)
		return answer.Code, response
	}
	if code, response := query("serve"); code != http.StatusOK || !response.Complete {
		t.Errorf("HTTP %d %+v", code, response)
	}
	if err := w.tailnet.ChangeSettings(func(s *state.Settings) { s.HTTPSEnabled = false }); err != nil {
		t.Fatal(err)
	}
	if _, response := query("serve"); response.Complete || !response.ShouldWait || response.URL == "" {
		t.Errorf("%+v", response)
	}
	w.faults.Set(faultsOf(func(f *faultsNow) { f.ServeReturns = true }))
	if _, response := query("serve"); response.Complete || response.ShouldWait {
		t.Errorf("%+v", response)
	}
	if code, _ := query("funnel"); code != http.StatusNotImplemented {
		t.Errorf("HTTP %d", code)
	}
}

func TestSettingsAreCapabilitiesOfTheDevice(t *testing.T) {
	w := newWorld(t, state.Seed{})
	n := w.join("box")
	has := func(capability tailcfg.NodeCapability, wanted bool) func(*tailcfg.MapResponse) bool {
		return func(m *tailcfg.MapResponse) bool {
			_, ok := m.Node.CapMap[capability]
			return ok == wanted
		}
	}
	n.until("HTTPS", has(tailcfg.CapabilityHTTPS, true))
	change := func(apply func(*state.Settings)) {
		t.Helper()
		if err := w.tailnet.ChangeSettings(apply); err != nil {
			t.Fatal(err)
		}
	}
	change(func(s *state.Settings) { s.HTTPSEnabled = false })
	message := n.until("no HTTPS", has(tailcfg.CapabilityHTTPS, false))
	if len(message.DNSConfig.CertDomains) > 0 || !has(tailcfg.CapabilityDataPlaneAuditLogs, false)(message) {
		t.Errorf("%+v", message)
	}
	change(func(s *state.Settings) { s.NetworkFlowLoggingOn = true })
	n.until("flow logs", has(tailcfg.CapabilityDataPlaneAuditLogs, true))
}
