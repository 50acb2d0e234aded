// SPDX-License-Identifier: Apache-2.0

// Measures the time from a change in Consul's catalog to a decoded answer of a blocking query, in Go: the yardstick for
// Benchmarks/Watching, which does the same. `watch HTTP-PORT TRIALS` prints median, 99th percentile and maximum in
// milliseconds.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sort"
	"strings"
	"time"
)

const pause = 150 * time.Millisecond

type entry struct {
	Node    struct{ Node, Address string }
	Service struct {
		ID, Service, Address string
		Tags                 []string
		Port                 int
	}
	Checks []struct{ CheckID, Status string }
}

func put(base, verb, body string) {
	request, err := http.NewRequest("PUT", base+"/v1/catalog/"+verb, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != 200 {
		log.Fatal(verb, err, response)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

func instance(index int, status string) string {
	return fmt.Sprintf(`{"Node":"bench-%d","Address":"10.0.0.%d","Service":{"Service":"bench-watch","Port":80},`+
		`"Check":{"CheckID":"c","Name":"c","ServiceID":"bench-watch","Status":"%s"}}`, index, index+1, status)
}

func watch(base string, healthy chan<- int) {
	index := "0"
	client := &http.Client{}
	for {
		url := base + "/v1/health/service/bench-watch?stale"
		if index != "0" {
			url += "&wait=55s&index=" + index
		}
		response, err := client.Get(url)
		if err != nil {
			log.Fatal(err)
		}
		var entries []entry
		if err := json.NewDecoder(response.Body).Decode(&entries); err != nil {
			log.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		index = response.Header.Get("X-Consul-Index")
		count := 0
		for _, e := range entries {
			ok := true
			for _, c := range e.Checks {
				ok = ok && c.Status != "critical"
			}
			if ok {
				count++
			}
		}
		healthy <- count
	}
}

func main() {
	base := "http://127.0.0.1:" + os.Args[1]
	var trials int
	fmt.Sscan(os.Args[2], &trials)
	for i := 0; i < 10; i++ {
		put(base, "register", instance(i, "passing"))
	}
	healthy := make(chan int, 16)
	go watch(base, healthy)
	wait := func(count int) {
		for <-healthy != count {
		}
	}
	wait(10)
	var latencies []float64
	for trial := 0; trial < trials; trial++ {
		time.Sleep(pause)
		start := time.Now()
		done := make(chan bool)
		go func() {
			if trial%2 == 0 {
				put(base, "deregister", `{"Node":"bench-0"}`)
			} else {
				put(base, "register", instance(0, "critical"))
			}
			done <- true
		}()
		wait(9)
		latencies = append(latencies, float64(time.Since(start).Nanoseconds())/1e6)
		<-done
		time.Sleep(pause)
		put(base, "register", instance(0, "passing"))
		wait(10)
	}
	sort.Float64s(latencies)
	fmt.Println(latencies[trials/2], latencies[trials*99/100], latencies[trials-1])
}
