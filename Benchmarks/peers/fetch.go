// SPDX-License-Identifier: Apache-2.0

// Requests /v1/health/service/web again and again as a Go program does, and prints the processor time of a request as JSON,
// in microseconds:
//
//	fetch PORT COUNT
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"syscall"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: fetch PORT COUNT"))
	}
	count, err := strconv.Atoi(os.Args[2])
	if err != nil || count < 1 {
		fail(fmt.Errorf("COUNT has to be a positive number"))
	}
	url := "http://127.0.0.1:" + os.Args[1] + "/v1/health/service/web?passing"
	instances := 0
	for i := 0; i < count; i++ {
		response, err := http.Get(url)
		if err != nil {
			fail(err)
		}
		var entries []*entry
		if err := json.NewDecoder(response.Body).Decode(&entries); err != nil {
			fail(err)
		}
		// The connection is used again only if the body has been read to its end.
		buffer := make([]byte, 16)
		for {
			if _, err := response.Body.Read(buffer); err != nil {
				break
			}
		}
		response.Body.Close()
		instances = len(entries)
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	time := float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1000
	fmt.Printf("{\"instances\":%d,\"cpuMicrosecondsPerQuery\":%.1f}\n", instances, time/float64(count))
}
