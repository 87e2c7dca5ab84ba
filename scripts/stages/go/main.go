package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"
)

func main() {
	text, err := os.ReadFile("templates/page.txt")
	if err != nil {
		panic(err)
	}
	id := uuid.NewSHA1(uuid.NameSpaceDNS, []byte("example.org"))
	fmt.Println(os.Getenv("GREETING"), strings.TrimSpace(string(text)), id)
}
