// SPDX-License-Identifier: Apache-2.0

// A lookup as a Go program would write it with github.com/miekg/dns: an SRV query over UDP, an endpoint for each record.
//
//	lookup HOST:PORT QUERIES IN-FLIGHT
//
// Every goroutine has a socket of its own, which it keeps, and waits for its answer before it sends the next query. The
// result is one JSON line with the keys of the package's own benchmark.
package main

import (
	"fmt"
	"net/netip"
	"os"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/miekg/dns"
)

type endpoint struct {
	address netip.Addr
	port    uint16
	weight  uint16
}

func endpoints(answer *dns.Msg) []endpoint {
	addresses := make(map[string]netip.Addr, len(answer.Extra))
	for _, record := range answer.Extra {
		if a, ok := record.(*dns.A); ok {
			address, _ := netip.AddrFromSlice(a.A)
			addresses[a.Hdr.Name] = address
		}
	}
	found := make([]endpoint, 0, len(answer.Answer))
	for _, record := range answer.Answer {
		srv, ok := record.(*dns.SRV)
		if !ok {
			continue
		}
		if address, ok := addresses[srv.Target]; ok {
			found = append(found, endpoint{address.Unmap(), srv.Port, srv.Weight})
		}
	}
	return found
}

func run(server string, queries int) (latencies []float64, count int, err error) {
	client := dns.Client{Net: "udp", UDPSize: 4096, Timeout: 5 * time.Second}
	connection, err := client.Dial(server)
	if err != nil {
		return nil, 0, err
	}
	defer connection.Close()
	latencies = make([]float64, 0, queries)
	for i := 0; i < queries; i++ {
		start := time.Now()
		query := new(dns.Msg)
		query.SetQuestion("web.service.consul.", dns.TypeSRV)
		query.SetEdns0(4096, false)
		answer, _, err := client.ExchangeWithConn(query, connection)
		if err != nil {
			return latencies, count, err
		}
		count += len(endpoints(answer))
		latencies = append(latencies, float64(time.Since(start).Nanoseconds())/1000)
	}
	return latencies, count, nil
}

func processorTime() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1000
}

func main() {
	queries, _ := strconv.Atoi(os.Args[2])
	inFlight, _ := strconv.Atoi(os.Args[3])
	var lock sync.Mutex
	var group sync.WaitGroup
	var all []float64
	found := 0
	processor, start := processorTime(), time.Now()
	for i := 0; i < inFlight; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			latencies, count, err := run(os.Args[1], queries/inFlight)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
			lock.Lock()
			defer lock.Unlock()
			all = append(all, latencies...)
			found += count
		}()
	}
	group.Wait()
	seconds := time.Since(start).Seconds()
	processor = processorTime() - processor
	sort.Float64s(all)
	n := len(all)
	if n == 0 {
		os.Exit(1)
	}
	fmt.Printf("{\"queries\":%d,\"failures\":%d,\"seconds\":%.3f,\"queriesPerSecond\":%.0f,"+
		"\"latencyMicroseconds\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f},"+
		"\"cpuMicrosecondsPerQuery\":%.2f,\"endpointsPerAnswer\":%g}\n",
		queries, queries-n, seconds, float64(n)/seconds, all[n/2], all[n*99/100], all[n-1],
		processor/float64(n), float64(found)/float64(n))
}
